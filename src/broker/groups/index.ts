/**
 * Consumer groups of the classic protocol: who is a member, who leads, who reads what, and how far
 * each group has got.
 *
 * It promises that a committed offset and an assignment are on disk before they are acknowledged,
 * so that after a crash members go on in their generation without a rebalance. Timers come from
 * the clock it is given. What members tell each other (subscriptions, assignments) it does not read.
 */
export { GroupCoordinator } from './coordinator.ts'
export { type Group, joinFailure, syncFailure } from './group.ts'
export type { GroupState } from './group-state.ts'
