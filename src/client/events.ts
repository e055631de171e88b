/** Messages as CloudEvents, by the bindings of their transports. */
import type { Random } from '../base/random.ts'
import {
  type EventAttributes,
  type Extensions,
  eventError,
  eventOf,
  eventPrefixes,
  fromHeaders,
  fromJson,
  isEventPrefix,
  structuredType,
  timestampUsOf,
  timeTextOf,
  toHeaders,
  toJson,
} from '../formats/cloudevents/index.ts'
import { clientEndError } from './end-errors.ts'
import { type EventParameters, uuidText } from './service/index.ts'
import type { Carriage, IncomingMessage, MessageHeader } from './transports/transport.ts'

/** What one event says otherwise than its writer's parameters. Its time is the message's timestamp. */
export interface EventOptions {
  /** With the source it tells the event from all others; a random one, if absent. */
  readonly id?: string
  readonly source?: string
  readonly type?: string
  readonly subject?: string
  readonly dataschema?: string
  readonly datacontenttype?: string
  readonly extensions?: Extensions
}

export interface WrittenEvent {
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
  readonly headers: readonly MessageHeader[]
  /** The extension `partitionkey`, which is the key of a message that has no other. */
  readonly key: string | undefined
}

export class EventWriter {
  readonly #parameters: EventParameters
  readonly #prefix: Carriage['eventPrefix']
  readonly #contentType: string | undefined
  readonly #random: Random

  /** @throws InvalidArgumentError for a binary mode where there is none */
  constructor(
    parameters: EventParameters,
    { eventPrefix }: Carriage,
    { contentType }: { readonly contentType?: string },
    random: Random,
  ) {
    if (parameters.mode === 'binary' && eventPrefix === undefined) {
      throw clientEndError('events-structured-only', undefined)
    }
    this.#parameters = parameters
    this.#prefix = parameters.mode === 'structured' ? undefined : eventPrefix
    this.#contentType = contentType
    this.#random = random
  }

  /** @throws InvalidArgumentError for attributes that the standard does not allow, InvalidMessageError for data of another type */
  write(data: Uint8Array, timestampUs: number, options: EventOptions = {}): WrittenEvent {
    const { id, extensions, ...others } = options
    const event = eventOf({
      specversion: '1.0',
      id: id ?? uuidText(this.#random),
      ...this.#parameters.extensions,
      datacontenttype: this.#contentType,
      time: timestampUs === 0 ? undefined : timeTextOf(timestampUs),
      ...this.#parameters.attributes,
      ...others,
      ...extensions,
    })
    const { partitionkey } = event
    const key = typeof partitionkey === 'string' ? partitionkey : undefined
    const contentType = event.datacontenttype
    return this.#prefix === undefined
      ? { bytes: toJson(event, data), contentType: structuredType, headers: [], key }
      : { bytes: data, contentType, headers: toHeaders(event, this.#prefix), key }
  }
}

export interface ReadEvent {
  readonly event: EventAttributes
  readonly data: Buffer
  /** Of the event's time; undefined where it has none. */
  readonly timestampUs: number | undefined
}

/**
 * The event of a message, in whichever mode it comes. Attributes are looked for as Kafka names them
 * and as MQTT does, since a broker with both doors carries what came by the other as it is.
 * @throws InvalidMessageError for what is no event
 */
export function readEvent({ bytes, headers = [], contentType }: IncomingMessage): ReadEvent {
  if (contentType !== undefined && /^application\/cloudevents/i.test(contentType)) {
    return structured(bytes, contentType)
  }
  const prefix = Object.values(eventPrefixes).find((one) => isEventPrefix(one, headers))
  // Before MQTT 5, and in a bucket, nothing but the bytes themselves says that it is an event.
  if (prefix === undefined) return structured(bytes, structuredType)
  return whole(fromHeaders(headers, contentType, prefix), bytes)
}

function structured(bytes: Buffer, contentType: string): ReadEvent {
  if (!/^application\/cloudevents(?:\+json)?\s*(?:;|$)/i.test(contentType)) {
    const why = `of ${contentType} leat reads application/cloudevents+json only`
    throw eventError('event-unreadable', { why })
  }
  const { attributes, data } = fromJson(bytes)
  return whole(attributes, data)
}

function whole(event: EventAttributes, data: Buffer): ReadEvent {
  return {
    event,
    data,
    timestampUs: event.time === undefined ? undefined : timestampUsOf(event.time),
  }
}
