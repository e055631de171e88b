/** Java's properties files: `key=value` a line, as Kafka's tools read them (`java.util.Properties`). */
export function parseProperties(text: string): Record<string, string> {
  return Object.fromEntries(logicalLines(text).map(pairOf))
}

/** Without comments and empty lines; a line that ends with a backslash goes on in the next. */
function logicalLines(text: string): string[] {
  const lines: string[] = []
  let begun = ''
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.replace(/^[ \t\f]+/, '')
    if (begun === '' && (line === '' || /^[#!]/.test(line))) continue
    if (/(?<!\\)(?:\\\\)*\\$/.test(line)) begun += line.slice(0, -1)
    else {
      lines.push(begun + line)
      begun = ''
    }
  }
  return begun === '' ? lines : [...lines, begun]
}

/** The key ends at the first blank, `=` or `:` that has no backslash before it. */
function pairOf(line: string): [string, string] {
  const [, key = '', value = ''] =
    /^((?:\\.|[^\\ \t\f=:])*)(?:[ \t\f]*[=:]|[ \t\f])?[ \t\f]*(.*)$/s.exec(line) ?? []
  return [unescaped(key), unescaped(value)]
}

const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, one?: string) =>
    code === undefined
      ? (letters[one ?? ''] ?? one ?? '')
      : String.fromCharCode(parseInt(code, 16)),
  )
}
