/** `NAME=VALUE`, one a line. Throws with the line that is none. */
export function pairsIn(text: string): Record<string, string> {
  return Object.fromEntries(pairListIn(text))
}

/** The same where a name may come more than once, as with headers. */
export function pairListIn(text: string): [name: string, value: string][] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const at = line.indexOf('=')
    if (at < 1)
      throw new Error(`'${line.trim()}' is no NAME=VALUE; write such as retention.ms=3600000.`)
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  })
}
