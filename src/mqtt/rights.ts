/** What a client may do, by the rights on the Kafka topics that its MQTT topics are. */
import { hasWildcards } from '../protocols/mqtt/index.ts'
import type { Connection } from './connection.ts'

type Asking = Pick<Connection, 'rights' | 'clientId' | 'services'>

/** A topic that nobody can map is refused for that, later. */
export function mayPublish(topic: string, { rights, clientId, services }: Asking): boolean {
  const kafkaTopic = services.publisher.kafkaTopicOf(topic, clientId)
  return kafkaTopic === undefined || rights.allows('Write', 'Topic', kafkaTopic)
}

/**
 * A filter with wildcards is granted where there can be anything to read; of what it matches only that is
 * delivered which the client may read.
 */
export function maySubscribe(filter: string, { rights, clientId, services }: Asking): boolean {
  if (hasWildcards(filter)) return rights.allowsAny('Read', 'Topic')
  const kafkaTopic = services.publisher.kafkaTopicOf(filter, clientId)
  return kafkaTopic === undefined || rights.allows('Read', 'Topic', kafkaTopic)
}
