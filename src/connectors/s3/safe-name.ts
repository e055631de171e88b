/**
 * What a value may be in a name: nothing that leaves its folder. Hive escapes the same characters,
 * so readers of partitions take them back.
 */
export function safeName(text: string): string {
  const escaped = text.replace(unsafe, (one) => {
    return `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
  return /^\.{1,2}$/.test(escaped) ? escaped.replaceAll('.', '%2E') : escaped
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be escaped.
const unsafe = /[\x00-\x1f\x7f"#%'*/:=?[\\\]^{]/g
