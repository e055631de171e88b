/**
 * Delegation tokens (KIP-48): somebody who has logged in gets a token with which others log in as
 * them, for a while, without their password.
 *
 * A token's id and HMAC are the user and the password of a SCRAM login with `tokenauth=true`. The
 * HMAC follows from the id and the broker's secret key: the log has who owns which token until
 * when, and nothing that opens a door. Without a key there are no tokens, and another key makes
 * those that there are useless, as in Apache Kafka.
 *
 * Who may ask for what is decided by the handlers and `access/`; the logins themselves are in `sasl/`.
 */
export { answerChange } from './answer-change.ts'
export { DelegationTokens, type TokenAccount } from './delegation-tokens.ts'
export { mayAskForTokens } from './may-ask.ts'
export { type DelegationToken, isOwnerOrRenewer } from './token.ts'
