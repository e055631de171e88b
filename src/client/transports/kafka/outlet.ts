import type { ServiceParameters } from '../../service/parameters.ts'
import type { OutgoingMessage, Outlet, Surroundings } from '../transport.ts'
import { openKafkaClient } from './connect.ts'
import { asKafkaError } from './errors.ts'
import { kafkaSpecOf } from './spec.ts'

/** Where a message came to be; the offset is -1 where nobody told, as with AT_MOST_ONCE. */
export interface PublishedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

/** Resolves when a broker has told of the topic. */
export async function openKafkaOutlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Outlet> {
  const spec = kafkaSpecOf(parameters, surroundings)
  const { brokers } = parameters
  const { client } = await openKafkaClient(parameters, spec, surroundings)
  const { acks, compression, lingerMs, batchBytes, maxBufferedBytes, deliveryTimeoutMs } = spec
  const producer = client.producer({
    ...{ acks, compression, lingerMs, batchBytes, maxBufferedBytes, deliveryTimeoutMs },
  })
  return {
    async publish(message: OutgoingMessage): Promise<PublishedRecord> {
      try {
        // The record's own time is now: brokers refuse times that are far off, and messages may have any.
        return await producer.send({
          topic: message.topic,
          key: message.key,
          value: message.bytes,
          ...(message.headers === undefined ? {} : { headers: message.headers }),
        })
      } catch (error) {
        throw asKafkaError(error, brokers)
      }
    },
    info: () => ({ bootstrap_servers: brokers }),
    close: () => client.close(),
  }
}
