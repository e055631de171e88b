/** How deep a value is indented; what lies deeper stays on one line. */
const mostDepth = 40

/**
 * JSON with a line for each value, from its text alone: numbers keep all their digits and members
 * their order and repetitions, which `JSON.parse` would not keep. Undefined where it is no JSON.
 */
export function prettyJson(text: string): string | undefined {
  if (!isJson(text)) return undefined
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  let depth = 0
  let shown = ''
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]
    if (token === '{' || token === '[') {
      const closes = next === '}' || next === ']'
      depth++
      shown += closes ? token : token + lineAt(depth)
    } else if (token === '}' || token === ']') {
      depth--
      const before = tokens[index - 1]
      shown += before === '{' || before === '[' ? token : lineAt(depth) + token
    } else if (token === ',') shown += `,${lineAt(depth)}`
    else if (token === ':') shown += ': '
    else shown += token
  }
  return shown
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function lineAt(depth: number): string {
  return depth > mostDepth ? ' ' : `\n${'  '.repeat(depth)}`
}
