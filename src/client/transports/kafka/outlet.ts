import type { ServiceParameters } from '../../service/parameters.ts'
import type { MessageHeader, OutgoingMessage, Outlet, Surroundings } from '../transport.ts'
import { openKafkaClient } from './connect.ts'
import { asKafkaError } from './errors.ts'
import { contentTypeHeader } from './reading.ts'
import { kafkaSpecOf } from './spec.ts'

/** Python's publish, too, gives up after so long where nothing is acknowledged. */
const unacknowledgedTimeoutMs = 30_000

/**
 * Resolves when a broker has told of the topic. What `publish` resolves with is the record's topic,
 * partition, offset (-1 where nobody told, as with AT_MOST_ONCE) and timestamp.
 */
export async function openKafkaOutlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Outlet> {
  const spec = kafkaSpecOf(parameters, surroundings)
  const { brokers, consistency, service } = parameters
  const wantedAcks = consistency === 'AT_MOST_ONCE' ? 0 : -1
  const acks = spec.acks === undefined ? wantedAcks : spec.acks === 'all' ? -1 : Number(spec.acks)
  if (wantedAcks === -1 && acks !== -1) {
    const sentence = `'acks' takes more from ${consistency} than it promises: a message may be lost`
    surroundings.logger.warn(sentence, { service, acks })
  }
  const deliveryTimeoutMs =
    spec.delivery_timeout_ms ?? (acks === 0 ? unacknowledgedTimeoutMs : undefined)
  const { client } = await openKafkaClient(parameters, spec, surroundings)
  const producer = client.producer({
    acks: acks as 0 | 1 | -1,
    ...(spec.compression_type !== undefined && { compression: spec.compression_type }),
    ...(spec.linger_ms !== undefined && { lingerMs: spec.linger_ms }),
    ...(spec.batch_size !== undefined && { batchBytes: spec.batch_size }),
    ...(spec.buffer_memory !== undefined && { maxBufferedBytes: spec.buffer_memory }),
    ...(deliveryTimeoutMs !== undefined && { deliveryTimeoutMs }),
  })
  return {
    async publish({ topic, key, bytes, headers = noHeaders, contentType }: OutgoingMessage) {
      try {
        // The record's own time is now: brokers refuse times that are far off, and messages may have any.
        return await producer.send({
          topic,
          key,
          value: bytes,
          headers: withType(headers, contentType),
        })
      } catch (error) {
        throw asKafkaError(error, brokers)
      }
    },
    info: () => ({ bootstrap_servers: brokers, acks }),
    figures: () => ({ 'producer-metrics': client.figures }),
    close: () => client.close(),
  }
}

const noHeaders: readonly never[] = []

function withType(
  headers: readonly MessageHeader[],
  contentType: string | undefined,
): readonly MessageHeader[] {
  const isSaid = headers.some(({ key }) => key === contentTypeHeader)
  if (contentType === undefined || isSaid) return headers
  return [...headers, { key: contentTypeHeader, value: Buffer.from(contentType) }]
}
