/**
 * How much clients may do in a time: quotas of users, client ids and addresses, which of them
 * counts for whom, and how long a client must wait that did more. They are entries of the
 * cluster's state, beside those of the configuration.
 *
 * That a client is not heard while it waits is left to its connection.
 */
export { mutationProblem } from './mutations.ts'
export { type QuotaChange, Quotas } from './quotas.ts'
export { Rate } from './rate.ts'
