import { LeatError } from '../../../base/errors.ts'
import { KafkaClient } from '../../kafka/client.ts'
import type { TopicInfo } from '../../kafka/cluster.ts'
import { retrying } from '../../kafka/retry.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { Surroundings } from '../transport.ts'
import { asKafkaError, kafkaTransportError } from './errors.ts'
import { kafkaSecurityOf } from './security.ts'
import type { KafkaSpec } from './spec.ts'

const openingTimeoutMs = 30_000

/** A client that has found the topics; they are made where the broker makes what is asked for. */
export async function openKafkaClient(
  { brokers, topics, clientId, tls }: ServiceParameters,
  spec: KafkaSpec,
  { clock, random, logger }: Surroundings,
): Promise<{ client: KafkaClient; topics: TopicInfo[] }> {
  const withinMs = spec.api_version_auto_timeout_ms ?? openingTimeoutMs
  const ended = new AbortController()
  const patience = { clock, random, signal: ended.signal }
  let client: KafkaClient | undefined
  const timer = clock.after(withinMs, () => {
    ended.abort()
    void client?.close()
  })
  try {
    const opened = new KafkaClient({
      ...{ brokers, clientId: spec.client_id ?? clientId, clock, random, logger },
      security: kafkaSecurityOf(tls, spec),
      ...(spec.request_timeout_ms !== undefined && { requestTimeoutMs: spec.request_timeout_ms }),
    })
    client = opened
    const found = await retrying(withinMs, patience, async () => {
      const infos = await opened.topics(topics, { create: true })
      for (const { error } of infos) if (error !== undefined) throw error
      return infos
    })
    return { client: opened, topics: found }
  } catch (error) {
    await client?.close()
    const isTooLate = ended.signal.aborted && error instanceof LeatError && !error.retriable
    const why = `none answered within ${withinMs} ms.`
    throw isTooLate
      ? kafkaTransportError('kafka-unreachable', { brokers: brokers.join(','), why })
      : asKafkaError(error, brokers)
  } finally {
    timer.cancel()
  }
}
