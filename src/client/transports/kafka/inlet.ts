import type { Record } from '../../../protocols/kafka/record-batch.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { IncomingMessage, Inlet, Surroundings } from '../transport.ts'
import { openKafkaClient } from './connect.ts'
import { openAloneInlet } from './inlet-alone.ts'
import { openGroupInlet } from './inlet-group.ts'
import { kafkaSpecOf } from './spec.ts'

/** So many messages may wait for the reader; the fetching waits beyond it. */
export const mostWaiting = 1000

/** Resolves when it is fixed where the reading begins. */
export async function openKafkaInlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Inlet> {
  const spec = kafkaSpecOf(parameters, surroundings)
  const { client, topics } = await openKafkaClient(parameters, spec, surroundings)
  const opening = { parameters, surroundings, spec, client, topics }
  try {
    const { group } = spec
    if (group !== undefined) return await openGroupInlet({ ...opening, group })
    if (parameters.consistency === 'EXACTLY_ONCE') {
      surroundings.logger.warn(
        'EXACTLY_ONCE without a group holds for the life of this reader only; give it a group_id',
        { topics: parameters.topics },
      )
    }
    return await openAloneInlet(opening)
  } catch (error) {
    await client.close()
    throw error
  }
}

/** A record with its place, as `message.raw` shows it. */
export interface RawRecord extends Record {
  readonly topic: string
  readonly partition: number
}

export function incomingOf(
  topic: string,
  partition: number,
  record: Record,
  promises: Pick<IncomingMessage, 'claim' | 'done'>,
): IncomingMessage {
  return {
    topic,
    bytes: record.value ?? Buffer.alloc(0),
    timestampUs: Number(record.timestamp) * 1000,
    key: record.key ?? undefined,
    headers: record.headers.map(({ key, value }) => ({ key, value: value ?? Buffer.alloc(0) })),
    raw: { ...record, topic, partition } satisfies RawRecord,
    ...promises,
  }
}
