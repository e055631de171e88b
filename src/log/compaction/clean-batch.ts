import {
  decodeBatch,
  deleteHorizonOf,
  type Record,
  rewriteBatch,
} from '../../protocols/kafka/record-batch.ts'
import type { KeyMap } from './key-map.ts'

/** What a cleaning goes by. */
export interface CleaningRules {
  /** The last offset of each key, among the records before `endOffset`. */
  readonly keys: KeyMap
  readonly endOffset: bigint
  readonly nowMs: bigint
  readonly deleteRetentionMs: bigint
  /** The last offset of each producer that is remembered: its batch says which sequence comes next. */
  readonly producers: ReadonlyMap<bigint, bigint>
}

/**
 * What stays of a batch: its own bytes, a smaller batch, or nothing. A record stays while no later
 * one has its key; a tombstone until its time is over, which begins with the first cleaning that
 * meets it. Records without a key cannot be compacted, so they go, as in Kafka.
 */
export function cleanBatch(bytes: Buffer, rules: CleaningRules): Buffer | undefined {
  const batch = decodeBatch(bytes)
  const { header, records, isControl } = batch
  if (isControl || header.baseOffset >= rules.endOffset) return bytes
  const horizon = deleteHorizonOf(header)
  const isOver = horizon !== undefined && horizon <= rules.nowMs
  const kept = records.filter((record) => staysIn(record, isOver, rules))
  if (kept.length === 0) {
    const lastOffset = header.baseOffset + BigInt(header.lastOffsetDelta)
    if (rules.producers.get(header.producerId) !== lastOffset) return undefined
    return records.length === 0 ? bytes : rewriteBatch(batch, [], undefined)
  }
  const hasTombstone = kept.some(({ value, offset }) => value === null && offset < rules.endOffset)
  const newHorizon = hasTombstone ? rules.nowMs + rules.deleteRetentionMs : undefined
  if (kept.length === records.length && (horizon !== undefined || newHorizon === undefined)) {
    return bytes
  }
  return rewriteBatch(batch, kept, horizon ?? newHorizon)
}

function staysIn({ key, value, offset }: Record, isOver: boolean, rules: CleaningRules): boolean {
  if (offset >= rules.endOffset) return true
  if (key === null) return false
  const last = rules.keys.lastOffsetOf(key)
  return (last === undefined || offset >= last) && !(value === null && isOver)
}
