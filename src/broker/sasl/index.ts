/**
 * Who the clients of a listener are: SASL before Kafka's requests.
 *
 * A `SaslSession` stands at one connection and lets nothing through until its client has logged in,
 * nor after its login has expired. `Logins` knows the users, those of the configuration and those
 * that clients have made, and whom a token speaks for. Strangers learn nothing from a refusal: not
 * even whether there is such a user.
 *
 * The messages of the mechanisms are read in `protocols/sasl/`; what a user may do is decided in
 * `access/`.
 */
export { BareToken } from './bare-token.ts'
export { type LoginOptions, Logins } from './logins.ts'
export { outOfTurn, SaslSession } from './session.ts'
export { tokenOptionsOf } from './token-settings.ts'
export type { TokenOptions } from './tokens.ts'
export { TurnedAway } from './turned-away.ts'
