import { textOf } from './exchange.ts'
import type { SaslMechanism } from './index.ts'
import { readClientFirst } from './scram/messages.ts'

/** Who a client says that it is, where it proves it by a password. */
export interface Claim {
  readonly user: string
  /** SCRAM does not show it. */
  readonly password?: string
}

/** Read from the first token of a login; undefined where it names nobody, or is no matter of passwords. */
export function claimIn(mechanism: SaslMechanism, token: Buffer): Claim | undefined {
  if (mechanism === 'OAUTHBEARER') return undefined
  if (mechanism !== 'PLAIN') {
    const name = readClientFirst(token)?.name
    return name === undefined ? undefined : { user: name }
  }
  const [, user, password] = textOf(token)?.split('\0') ?? []
  return user && password ? { user, password } : undefined
}
