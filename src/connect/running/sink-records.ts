import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ConnectHeader, RecordOrigin, SinkRecord } from '../kit/index.ts'
import type { Conversion } from './conversion.ts'
import type { ErrorPolicy, Stage } from './error-policy.ts'

/** After so many records the event loop gets a turn: heartbeats must not wait for conversions. */
const recordsInATurn = 200

/** Records as a sink takes them; those that cannot be converted go where the policy says. */
export async function toSinkRecords(
  origins: Iterable<RecordOrigin>,
  conversion: Conversion,
  policy: ErrorPolicy<RecordOrigin>,
): Promise<SinkRecord[]> {
  const records: SinkRecord[] = []
  let sinceTurn = 0
  for (const origin of origins) {
    const record = await toSinkRecord(origin, conversion, policy)
    if (record !== undefined) records.push(record)
    sinceTurn += 1
    if (sinceTurn < recordsInATurn) continue
    sinceTurn = 0
    await nextTurn()
  }
  return records
}

/** Undefined for one that a transform has dropped, or that is passed over. */
async function toSinkRecord(
  origin: RecordOrigin,
  { key, value, header, transform }: Conversion,
  policy: ErrorPolicy<RecordOrigin>,
): Promise<SinkRecord | undefined> {
  const { topic } = origin
  let at: { stage: Stage; executing: string } = { stage: 'KEY_CONVERTER', executing: key.name }
  try {
    const keying = policy.retrying(() => key.toConnect(topic, origin.key))
    const keyed = keying instanceof Promise ? await keying : keying
    at = { stage: 'VALUE_CONVERTER', executing: value.name }
    const valuing = policy.retrying(() => value.toConnect(topic, origin.value))
    const valued = valuing instanceof Promise ? await valuing : valuing
    at = { stage: 'HEADER_CONVERTER', executing: header.name }
    const headers: ConnectHeader[] = []
    for (const one of origin.headers) {
      const reading = policy.retrying(() => header.toConnect(topic, one.value))
      const read = reading instanceof Promise ? await reading : reading
      headers.push({ key: one.key, schema: read.schema, value: read.value })
    }
    at = { stage: 'TRANSFORMATION', executing: 'transforms' }
    return transform<SinkRecord>({
      topic,
      partition: origin.partition,
      key: keyed.value,
      keySchema: keyed.schema,
      value: valued.value,
      valueSchema: valued.schema,
      headers,
      timestamp: origin.timestamp < 0n ? undefined : Number(origin.timestamp),
      timestampType: origin.timestamp < 0n ? 'NoTimestampType' : 'CreateTime',
      origin,
    })
  } catch (error) {
    await policy.passOver(origin, { ...at, error })
    return undefined
  }
}
