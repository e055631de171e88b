/** The one line of `sasl.jaas.config`: `MODULE required KEY="VALUE" …;`. */
export interface JaasEntry {
  /** The class without its package, such as `PlainLoginModule`. */
  readonly module: string
  readonly options: Readonly<Record<string, string>>
}

const token = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s=;"']+)|([=;]))/y

/** Undefined where it is not of this form, which its errors must not quote: it has passwords. */
export function parseJaas(text: string): JaasEntry | undefined {
  const [module, flag, ...rest] = tokensOf(text.trim())
  if (module === undefined || flag === undefined) return undefined
  if (!/^(required|requisite|sufficient|optional)$/i.test(flag)) return undefined
  if (rest.pop() !== ';' || rest.length % 3 !== 0) return undefined
  const options: Record<string, string> = {}
  for (let at = 0; at < rest.length; at += 3) {
    const [key = '', equals, value = ''] = rest.slice(at, at + 3)
    if (equals !== '=') return undefined
    options[key] = value
  }
  return { module: module.split('.').at(-1) ?? module, options }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const [, double, single, word, sign] = token.exec(text) ?? []
    const quoted = double ?? single
    const found = quoted === undefined ? (word ?? sign) : quoted.replace(/\\(.)/gs, '$1')
    // What is no token makes the whole unreadable.
    if (found === undefined) return []
    tokens.push(found)
  }
  return tokens
}
