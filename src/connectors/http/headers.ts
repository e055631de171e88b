/** A token of RFC 9110, and what a field's value may have. */
const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const value = /^[\t\x20-\x7e\x80-\xff]*$/

/** `NAME:VALUE` between separators; undefined where it is something else. */
export function parseHeaders(text: string, separator: string): [string, string][] | undefined {
  const headers: [string, string][] = []
  for (const part of text.split(separator).filter((one) => one.trim() !== '')) {
    const at = part.indexOf(':')
    const header: [string, string] = [part.slice(0, at).trim(), part.slice(at + 1).trim()]
    if (at < 1 || !name.test(header[0]) || !value.test(header[1])) return undefined
    headers.push(header)
  }
  return headers
}
