/** A Java pattern in JavaScript's words; throws a sentence where there are none. */
export function translated(source: string): string {
  const flags = /^\(\?([imsu]+)\)/.exec(source)
  const ignoresCase = flags?.[1]?.includes('i') ?? false
  let body = ''
  let inClass = false
  for (const [token] of source.slice(flags?.[0].length ?? 0).matchAll(tokens)) {
    const refusal = refusals.find(({ of, inside }) => inside !== !inClass && of.test(token))
    if (refusal !== undefined) throw new Error(refusal.says)
    if (token.startsWith('\\')) body += escaped(token, inClass)
    else body += ignoresCase ? inBothCases(token, inClass) : token
    if (token.startsWith('[')) inClass = true
    else if (token === ']') inClass = false
  }
  return body
}

/** Quotations, escapes, beginnings of groups and classes, ranges, repetitions, single characters. */
const tokens =
  /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{\w+\}|\\[\s\S]|\(\?[a-zA-Z-]+\)|\(\?<?[>=!]|\(\?<\w+>|\[\^?|&&|[a-zA-Z]-[a-zA-Z]|(?:[*+?]|\{\d+(?:,\d*)?\})[+?]?|[\s\S]/g

interface Refusal {
  readonly of: RegExp
  /** Only inside of brackets, only outside, or anywhere. */
  readonly inside: boolean | undefined
  readonly says: string
}

const refusals: readonly Refusal[] = [
  {
    of: /^(?:[*+?]|\{.*\})\+$/,
    inside: false,
    says: 'Possessive quantifiers such as a*+ are not known here; leave the second + out',
  },
  { of: /^\(\?>$/, inside: false, says: 'Atomic groups (?>…) are not known here; write (?:…)' },
  {
    of: /^\(\?[a-zA-Z-]+\)$/,
    inside: false,
    says: 'Flags are known at the beginning of a pattern only, such as (?i)',
  },
  {
    of: /^(?:&&|\[\^?)$/,
    inside: true,
    says: 'Classes of characters inside of others are not known here; list the characters',
  },
  { of: /^\\[GXRN]$/, inside: undefined, says: '\\G, \\X, \\R and \\N are not known here' },
  {
    of: /^\\(?:P|p\{(?!(?:Alpha|Digit|Alnum|Lower|Upper|Punct|Space)\}))/,
    inside: undefined,
    says: 'Of the classes \\p{…} these are known: Alpha, Digit, Alnum, Lower, Upper, Punct, Space',
  },
]

const posixClasses: Readonly<Record<string, string>> = {
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Lower: 'a-z',
  Upper: 'A-Z',
  Punct: '!-\\/:-@\\[-`{-~',
  Space: '\\s',
}

function escaped(token: string, inClass: boolean): string {
  if (token.startsWith('\\Q')) {
    return token.slice(2).replace(/\\E$/, '').replace(/\W/g, '\\$&')
  }
  const posix = posixClasses[/^\\p\{(\w+)\}$/.exec(token)?.[1] ?? '']
  const members = posix ?? (token === '\\h' ? ' \\t' : undefined)
  if (members !== undefined) return inClass ? members : `[${members}]`
  if (token === '\\A') return '^'
  return token === '\\z' || token === '\\Z' ? '$' : token
}

function inBothCases(token: string, inClass: boolean): string {
  if (token.startsWith('(') || !/[a-zA-Z]/.test(token)) return token
  const [lower, upper] = [token.toLowerCase(), token.toUpperCase()]
  if (inClass) return lower + upper
  return token.replace(/[a-zA-Z]/g, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
}
