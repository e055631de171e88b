import { KafkaClient } from '../../kafka/client.ts'
import type { TopicInfo } from '../../kafka/cluster.ts'
import { retrying } from '../../kafka/retry.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { Surroundings } from '../transport.ts'
import { asKafkaError } from './errors.ts'
import type { KafkaSpec } from './spec.ts'

/** A client that has found the topics; they are made where the broker makes what is asked for. */
export async function openKafkaClient(
  { brokers, topics, clientId }: ServiceParameters,
  { requestTimeoutMs }: KafkaSpec,
  { clock, random, logger }: Surroundings,
): Promise<{ client: KafkaClient; topics: TopicInfo[] }> {
  const client = new KafkaClient({ brokers, clientId, clock, random, logger, requestTimeoutMs })
  const patience = { clock, random, signal: new AbortController().signal }
  try {
    const found = await retrying(requestTimeoutMs, patience, async () => {
      const infos = await client.topics(topics, { create: true })
      for (const { error } of infos) if (error !== undefined) throw error
      return infos
    })
    return { client, topics: found }
  } catch (error) {
    await client.close()
    throw asKafkaError(error, brokers)
  }
}
