import { decodeBatch, encodeBatch, type Record } from '../../protocols/kafka/record-batch.ts'
import type { PartitionLog } from '../partition-log.ts'
import { baseTimestamp } from './workbench.ts'

/** What the tests of compaction need: records with keys, written and read. */

/** 'key=value' is a record, 'key' alone a tombstone. */
export function keyed(
  texts: readonly string[],
  more: Parameters<typeof encodeBatch>[0] | object = {},
) {
  const records = texts.map((text) => {
    const [key = '', value] = text.split('=')
    return {
      timestamp: baseTimestamp,
      key: Buffer.from(key),
      value: value === undefined ? null : Buffer.from(value),
    }
  })
  return encodeBatch({ records, ...more })
}

/** All records that readers may see, in fetches of this size. */
export function recordsOf(partition: PartitionLog, fetchBytes = 1024 * 1024): Record[] {
  const records: Record[] = []
  for (let offset = partition.startOffset; offset < partition.durableOffset; ) {
    const slice = partition.read(offset, fetchBytes, true)
    const bytes = Buffer.alloc(slice.bytes)
    slice.copyInto(bytes, 0)
    if (bytes.length === 0) throw new Error(`nothing is read at ${offset}`)
    for (let at = 0; at < bytes.length; ) {
      const batch = decodeBatch(bytes, at)
      const { header } = batch
      for (const record of batch.records) {
        // The batch of the first offset may begin before it.
        if (record.offset < partition.startOffset) continue
        if (record.offset < offset) throw new Error(`${record.offset} is read again at ${offset}`)
        records.push(record)
      }
      offset = header.baseOffset + BigInt(header.lastOffsetDelta) + 1n
      at += header.sizeBytes
    }
  }
  return records
}

/** The same as text: '7 key=value', '8 key'. */
export function textsOf(partition: PartitionLog): string[] {
  return recordsOf(partition).map(({ offset, key, value }) =>
    value === null ? `${offset} ${key}` : `${offset} ${key}=${value}`,
  )
}
