import type { KafkaClient } from '../../kafka/client.ts'
import type { TopicInfo } from '../../kafka/cluster.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { Inlet, Surroundings } from '../transport.ts'
import { openKafkaClient } from './connect.ts'
import { kafkaTransportError } from './errors.ts'
import { GroupInlet } from './group-inlet.ts'
import { LoneInlet } from './lone-inlet.ts'
import { type KafkaSpec, kafkaSpecOf } from './spec.ts'

/** What an inlet is made of; it closes the client. */
export interface Opening {
  readonly parameters: ServiceParameters
  readonly surroundings: Surroundings
  readonly spec: KafkaSpec
  readonly client: KafkaClient
  readonly topics: readonly TopicInfo[]
}

/** Resolves when it is fixed where the reading begins. */
export async function openKafkaInlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Inlet> {
  const spec = kafkaSpecOf(parameters, surroundings)
  if (spec.group_id === undefined) heedNoGroup(parameters, spec, surroundings)
  const { client, topics } = await openKafkaClient(parameters, spec, surroundings)
  const opening = { parameters, surroundings, spec, client, topics }
  try {
    return spec.group_id === undefined
      ? await LoneInlet.open(opening)
      : await GroupInlet.open(opening, spec.group_id)
  } catch (error) {
    await client.close()
    throw error
  }
}

function heedNoGroup(
  { consistency, topics, service }: ServiceParameters,
  { auto_offset_reset: reset }: KafkaSpec,
  { logger }: Surroundings,
): void {
  if (reset === 'none') throw kafkaTransportError('kafka-no-position', { topic: topics.join(',') })
  if (consistency !== 'EXACTLY_ONCE') return
  logger.warn('EXACTLY_ONCE without a group_id holds as long as this reader lives; give it one', {
    service,
    topics,
  })
}
