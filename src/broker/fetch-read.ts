import type { LogSlice, PartitionLog } from '../log/index.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import type { FetchTarget } from './fetch-sessions.ts'
import { targetKey } from './fetch-sessions.ts'
import type { Context } from './handler.ts'
import { kafkaError } from './kafka-errors.ts'
import { epochError } from './leader-epoch.ts'

/** What lies ready for one partition of a fetch. */
export interface Found {
  readonly key: string
  readonly target: FetchTarget
  readonly log: PartitionLog | undefined
  readonly slice: LogSlice | undefined
  readonly errorCode: number
}

/**
 * Larger answers are slower: their buffers fall out of the processor's cache, and 6 MB ones
 * measured a third less throughput than this.
 */
const mostBytes = 1024 * 1024

/** This part of an answer is left empty: searching each further partition for so little costs more. */
const negligible = 1 / 64

const noRecords = Buffer.alloc(0)

/** Looks up what there is, within the bytes that the client takes; the first found may exceed them. */
export function find(targets: readonly FetchTarget[], maxBytes: number, context: Context): Found[] {
  let left = Math.min(maxBytes, mostBytes)
  let none = true
  const leastBytes = Math.max(1, left * negligible)
  return targets.map((target) => {
    const found = findOne(target, left < leastBytes ? 0 : left, none, context)
    if (found.slice !== undefined && found.slice.bytes > 0) {
      left = Math.max(0, left - found.slice.bytes)
      none = false
    }
    return found
  })
}

function findOne(target: FetchTarget, left: number, first: boolean, context: Context): Found {
  const { broker } = context
  const { topic, topicId, partition, fetchOffset } = target
  const key = targetKey(topic, topicId, partition)
  const failed = (errorCode: number) => ({
    key,
    target,
    log: undefined,
    slice: undefined,
    errorCode,
  })
  const known = topicId === '' ? broker.topics.get(topic) : broker.topics.byId(topicId)
  if (known === undefined && topicId !== '') return failed(errorCode.UNKNOWN_TOPIC_ID)
  if (!context.allows('Read', 'Topic', known?.name ?? topic)) {
    return failed(errorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  const log = known?.partitions[partition]
  if (log === undefined) return failed(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const epoch = epochError(target.currentLeaderEpoch)
  if (epoch !== errorCode.NONE) return failed(epoch)
  if (fetchOffset < log.startOffset || fetchOffset > log.endOffset) {
    return { key, target, log, slice: undefined, errorCode: errorCode.OFFSET_OUT_OF_RANGE }
  }
  try {
    const bytes = Math.min(left, target.maxBytes)
    const nothing = fetchOffset >= log.durableOffset || (bytes === 0 && !first)
    const slice = nothing ? undefined : log.read(fetchOffset, bytes, first)
    return { key, target, log, slice, errorCode: errorCode.NONE }
  } catch (error) {
    return { ...failed(kafkaError(error, broker.logger).errorCode), log }
  }
}

/** Reads what was found into one pooled buffer, which is given back when the answer has left. */
export function fill(found: readonly Found[], context: Context) {
  const bytes = found.reduce((sum, { slice }) => sum + (slice?.bytes ?? 0), 0)
  const buffer = bytes === 0 ? noRecords : context.broker.buffers.take(bytes)
  if (bytes > 0) context.releaseAfterSending(buffer)
  let at = 0
  return found.map((one) => {
    const start = at
    let code = one.errorCode
    try {
      one.slice?.copyInto(buffer, at)
      at += one.slice?.bytes ?? 0
    } catch (error) {
      code = kafkaError(error, context.broker.logger).errorCode
    }
    return { found: one, data: dataOf(one, code, buffer.subarray(start, at)) }
  })
}

function dataOf({ target, log }: Found, code: number, records: Buffer) {
  const highWatermark = log?.durableOffset ?? -1n
  return {
    partitionIndex: target.partition,
    errorCode: code,
    highWatermark,
    lastStableOffset: highWatermark,
    logStartOffset: log?.startOffset ?? -1n,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records,
  }
}
