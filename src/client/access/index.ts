/**
 * What a door before a Kafka needs to know of its clients: whether a password is right, which the
 * broker is asked by logging in with it; logins that a client says step by step, which are carried
 * to the broker as they come; and who may do what, by a copy of the broker's ACLs. So a
 * user is the same at every door, also before an Apache Kafka. Whoever moves or shows rules asks for them here, too.
 */

export type { RelayedMechanism } from './claimed.ts'
export { FollowedRules, type FollowedRulesOptions } from './followed-rules.ts'
export { KeptTokens, type KeptTokensOptions } from './kept-tokens.ts'
export { LoginRelay, type LoginRelayOptions, type RelayedExchange } from './login-relay.ts'
export { PasswordCheck, type PasswordCheckOptions } from './password-check.ts'
export { addRules, rulesIn, understood } from './rules.ts'
