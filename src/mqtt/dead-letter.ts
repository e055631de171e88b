import type { Publication } from './message.ts'
import type { Destination } from './topic-map.ts'

/** A message that does not fit the schema of its route, as it came, and why. */
export function deadLetter(
  publication: Publication,
  { kafkaTopic, key }: Destination,
  to: string,
  why: string,
): { publication: Publication; destination: Destination } {
  const { properties } = publication
  const reasons: [string, string][] = [
    ['dead-letter-reason', why],
    ['dead-letter-topic', kafkaTopic],
  ]
  const userProperties = [...(properties.userProperties ?? []), ...reasons]
  return {
    // What others would be given as the topic's state must fit.
    publication: { ...publication, retain: false, properties: { ...properties, userProperties } },
    destination: { kafkaTopic: to, key, named: true, schema: undefined },
  }
}
