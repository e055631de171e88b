/**
 * The binary mode: the data as they are, and the attributes beside them (Kafka Protocol Binding 1.0.2,
 * section 3.2, where they begin with `ce_`; MQTT Protocol Binding 1.0.2, section 3.1, where they do not).
 */
import { type EventAttributes, eventOf, isAttributeName } from './attributes.ts'
import { eventError } from './failures.ts'

export const eventPrefixes = { kafka: 'ce_', mqtt: '' } as const

export type EventPrefix = (typeof eventPrefixes)[keyof typeof eventPrefixes]

interface Header {
  readonly key: string
  readonly value: Uint8Array
}

/** The content type is not among them: each protocol has a place of its own for it. */
export function toHeaders(attributes: EventAttributes, prefix: EventPrefix): Header[] {
  return Object.entries(attributes)
    .filter(([name, value]) => name !== 'datacontenttype' && value !== undefined)
    .map(([name, value]) => ({ key: prefix + name, value: Buffer.from(String(value)) }))
}

/** Whether the headers are those of an event with attributes of this prefix. */
export function isEventPrefix(prefix: EventPrefix, headers: readonly Header[]): boolean {
  return headers.some(({ key }) => key === `${prefix}specversion`)
}

/** Other headers, and names that no attribute can have, are passed over. @throws InvalidMessageError */
export function fromHeaders(
  headers: readonly Header[],
  contentType: string | undefined,
  prefix: EventPrefix,
): EventAttributes {
  const named = headers
    .filter(({ key }) => key.startsWith(prefix) && isAttributeName(key.slice(prefix.length)))
    .map(({ key, value }) => [key.slice(prefix.length), Buffer.from(value).toString()])
  try {
    return eventOf({ ...Object.fromEntries(named), datacontenttype: contentType })
  } catch (cause) {
    throw eventError('event-unreadable', { why: String(Object(cause).message) }, { cause })
  }
}
