/**
 * What a door before a Kafka needs to know of its clients: whether a password is right, which the
 * broker is asked by logging in with it, and who may do what, by a copy of the broker's ACLs. So a
 * user is the same at every door, also before an Apache Kafka.
 */
export { FollowedRules, type FollowedRulesOptions } from './followed-rules.ts'
export { PasswordCheck, type PasswordCheckOptions } from './password-check.ts'
