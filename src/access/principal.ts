/** Whoever asks, as Kafka names them: `User:alice`. */
export interface Principal {
  readonly type: string
  readonly name: string
}

/** Who came without saying who they are. */
export const anonymous: Principal = { type: 'User', name: 'ANONYMOUS' }

/** The principal of rules that speak of everybody. */
export const everybody = 'User:*'

export function user(name: string): Principal {
  return { type: 'User', name }
}

export function isSamePrincipal(one: Principal, other: Principal): boolean {
  return one.type === other.type && one.name === other.name
}

export function formatPrincipal({ type, name }: Principal): string {
  return `${type}:${name}`
}

/** `User:alice`; undefined where the text has no type or no name. */
export function parsePrincipal(text: string): Principal | undefined {
  const at = text.indexOf(':')
  if (at < 1 || at === text.length - 1) return undefined
  return { type: text.slice(0, at), name: text.slice(at + 1) }
}

/** As people write it in leat.yml: a name alone is a user. */
export function principalOf(text: string): Principal | undefined {
  return text === '' ? undefined : text.includes(':') ? parsePrincipal(text) : user(text)
}
