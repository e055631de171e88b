/** Kafka's `ssl.principal.mapping.rules`: from the name of a certificate to that of a user. */
import { accessError } from './errors.ts'
import { javaPattern, javaReplacement } from './java-pattern.ts'

/** The name of the user; undefined where no rule fits, and the client must be refused. */
export type PrincipalMapping = (distinguishedName: string) => string | undefined

/** Kafka's own two expressions: the first finds the rules between commas, the second judges each. */
const rulePattern = /(DEFAULT)|RULE:((?:\\.|[^\\/])*)\/((?:\\.|[^\\/])*)\/([LU]?).*?|(.*?)/
const splitter = new RegExp(`\\s*(${rulePattern.source})\\s*(?:,\\s*|$)`, 'g')
const parser = new RegExp(rulePattern.source, 'y')

/** Throws 'principal-rule-invalid'. */
export function principalMapping(rules: string): PrincipalMapping {
  const mappings = [...rules.trim().matchAll(splitter)].flatMap(([, rule = '']) => {
    const mapping = ruleOf(rule)
    return mapping === undefined ? [] : [mapping]
  })
  return (distinguishedName) => {
    for (const mapping of mappings) {
      const name = mapping(distinguishedName)
      if (name !== undefined) return name
    }
    return undefined
  }
}

/** Empty rules are no rules. */
function ruleOf(rule: string): PrincipalMapping | undefined {
  parser.lastIndex = 0
  const [matched = '', isDefault, pattern, replacement = '', letters] = parser.exec(rule) ?? []
  if (matched.length !== rule.length) {
    throw accessError('principal-rule-invalid', { rule, why: 'it goes on behind its end' })
  }
  if (isDefault !== undefined) return (distinguishedName) => distinguishedName
  if (pattern === undefined) return undefined
  try {
    return mappingOf(pattern, replacement, letters)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw accessError('principal-rule-invalid', { rule, why: cause.message }, { cause })
  }
}

/** Throws SyntaxError. */
function mappingOf(pattern: string, replacement: string, letters = ''): PrincipalMapping {
  const every = javaPattern(pattern, 'g')
  const whole = new RegExp(`^(?:${every.source})$`, every.flags.replace('g', ''))
  const groupCount = (new RegExp(`${every.source}|`, every.flags).exec('')?.length ?? 1) - 1
  const template = withLiteralReferences(replacement, groupCount)
  javaReplacement(
    template,
    Array.from({ length: groupCount + 1 }, () => ''),
  )
  return (distinguishedName) => {
    if (!whole.test(distinguishedName)) return undefined
    const name = distinguishedName.replace(every, (...match: unknown[]) =>
      javaReplacement(template, match.slice(0, groupCount + 1) as (string | undefined)[]),
    )
    if (letters === 'L') return name.toLowerCase()
    return letters === 'U' ? name.toUpperCase() : name
  }
}

/**
 * `$4` is text where the pattern has three groups. As in Kafka, places are counted in the text as
 * it was, so that behind the first such reference a backslash comes a place too early.
 */
function withLiteralReferences(replacement: string, groupCount: number): string {
  if (groupCount === 0) return replacement
  let made = replacement
  for (const { 1: digits = '', index } of replacement.matchAll(/\$(\d+)/g)) {
    if (digits.startsWith('0')) continue
    let group = Number(digits)
    while (group > groupCount && group >= 10) group = Math.trunc(group / 10)
    if (group > groupCount) made = `${made.slice(0, index)}\\${made.slice(index)}`
  }
  return made
}
