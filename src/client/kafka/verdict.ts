import { describeErrorCode, errorCode } from '../../protocols/kafka/error-codes.ts'

/** What is to be done with a batch, by what the broker said of it. */
export type Verdict =
  | 'written'
  /** It was written by an earlier attempt, too long ago for the broker to know where. */
  | 'written-before'
  | 'split'
  | 'retry'
  /** As retry, after asking who leads the partition now. */
  | 'retry-elsewhere'
  /** The broker's idea of our sequences is not ours: begin a new epoch. */
  | 'new-epoch'
  /** The broker does not accept our identity at all. */
  | 'new-identity'
  | 'fail'

export interface Circumstances {
  readonly records: number
  readonly isIdempotent: boolean
  /** Whether all that was sent before it is settled. */
  readonly isFirst: boolean
}

const elsewhere: ReadonlySet<number> = new Set([
  errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  errorCode.LEADER_NOT_AVAILABLE,
  errorCode.NOT_LEADER_OR_FOLLOWER,
  errorCode.REPLICA_NOT_AVAILABLE,
  errorCode.KAFKA_STORAGE_ERROR,
  errorCode.FENCED_LEADER_EPOCH,
  errorCode.UNKNOWN_LEADER_EPOCH,
  errorCode.UNKNOWN_TOPIC_ID,
])

export function verdictOn(
  code: number,
  { records, isIdempotent, isFirst }: Circumstances,
): Verdict {
  if (code === errorCode.NONE) return 'written'
  if (code === errorCode.DUPLICATE_SEQUENCE_NUMBER && isIdempotent) return 'written-before'
  // One record may be at fault for all: halves find it, and the others get through.
  if (code === errorCode.MESSAGE_TOO_LARGE || code === errorCode.INVALID_RECORD) {
    return records > 1 ? 'split' : 'fail'
  }
  if (isIdempotent) {
    // Behind a batch that failed, every batch is out of order until that one is repeated.
    if (code === errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER) return isFirst ? 'new-epoch' : 'retry'
    if (code === errorCode.UNKNOWN_PRODUCER_ID) return 'new-epoch'
    if (code === errorCode.INVALID_PRODUCER_EPOCH || code === errorCode.PRODUCER_FENCED) {
      return 'new-identity'
    }
  }
  if (elsewhere.has(code)) return 'retry-elsewhere'
  return describeErrorCode(code).retriable ? 'retry' : 'fail'
}
