import type { ProducerRecord } from '../../client/index.ts'
import type { RecordHeader } from '../../protocols/kafka/record.ts'
import type { SourceRecord } from '../kit/index.ts'
import type { Conversion } from './conversion.ts'
import type { ErrorPolicy, Stage } from './error-policy.ts'

/** Undefined for a record that a transform has dropped, or that is passed over. */
export async function toProducerRecord(
  source: SourceRecord,
  { key, value, header, transform }: Conversion,
  policy: ErrorPolicy<SourceRecord>,
): Promise<ProducerRecord | undefined> {
  let at: { stage: Stage; executing: string } = {
    ...{ stage: 'TRANSFORMATION', executing: 'transforms' },
  }
  try {
    const record = transform(source)
    if (record === undefined) return undefined
    const { topic, partition, timestamp } = record
    at = { stage: 'HEADER_CONVERTER', executing: header.name }
    const headers: RecordHeader[] = []
    for (const one of record.headers) {
      const bytes = await policy.retrying(() => header.fromConnect(topic, one.schema, one.value))
      headers.push({ key: one.key, value: bytes })
    }
    at = { stage: 'KEY_CONVERTER', executing: key.name }
    const keyed = await policy.retrying(() => key.fromConnect(topic, record.keySchema, record.key))
    at = { stage: 'VALUE_CONVERTER', executing: value.name }
    const valued = await policy.retrying(() =>
      value.fromConnect(topic, record.valueSchema, record.value),
    )
    return {
      ...{ topic, partition, key: keyed, value: valued, headers },
      ...(timestamp !== undefined && { timestamp }),
    }
  } catch (error) {
    await policy.passOver(source, { ...at, error })
    return undefined
  }
}
