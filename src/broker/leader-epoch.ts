import { errorCode } from '../protocols/kafka/error-codes.ts'

/** There is one broker and it always leads, so the epoch of every partition is the first one. */
export const leaderEpoch = 0

/** The error for a client that believes in another epoch (-1: it does not say), as Kafka checks it. */
export function epochError(current: number): number {
  if (current < 0 || current === leaderEpoch) return errorCode.NONE
  return current < leaderEpoch ? errorCode.FENCED_LEADER_EPOCH : errorCode.UNKNOWN_LEADER_EPOCH
}
