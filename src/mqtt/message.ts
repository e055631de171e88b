import { isUtf8 } from 'node:buffer'
import { noProperties, type Properties, type Qos } from '../protocols/mqtt/index.ts'
import type { Header, KafkaRecord, NewRecord } from './kafka.ts'
import type { Destination } from './topic-map.ts'

/** A message as it is published, whoever does it: a client, a will. */
export interface Publication {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  readonly properties: Readonly<Properties>
  readonly clientId: string
  /** Whether the record must tell who published it, for a subscription without its own messages. */
  readonly signed: boolean
}

/** A message on its way to subscribers: a record of the log, or a retained one. */
export interface Message {
  readonly topic: string
  readonly payload: Buffer
  /** Whether it was published to be retained. */
  readonly retain: boolean
  readonly publisher: string | undefined
  readonly timestampMs: number
  readonly properties: Readonly<Properties>
  /** The bytes for QoS 0, which are the same for all who get it so. */
  readonly frames: (Buffer | undefined)[]
}

/** Stands for a message that a client has already, so that nobody reads it again. */
export const unreadMessage: Message = {
  topic: '',
  payload: Buffer.alloc(0),
  retain: false,
  publisher: undefined,
  timestampMs: 0,
  properties: {},
  frames: [],
}

/**
 * Headers of records that MQTT clients published. A user property is a header of its own name,
 * except that a name which begins with `mqtt.` has `mqtt.user.` before it.
 */
const header = {
  topic: 'mqtt.topic',
  retain: 'mqtt.retain',
  clientId: 'mqtt.client-id',
  contentType: 'mqtt.content-type',
  responseTopic: 'mqtt.response-topic',
  correlationData: 'mqtt.correlation-data',
  messageExpiryInterval: 'mqtt.message-expiry-interval',
  payloadFormatIndicator: 'mqtt.payload-format-indicator',
} as const
const own = 'mqtt.'
const user = 'mqtt.user.'

export function headersOf(publication: Publication, named: boolean): Header[] {
  const headers: Header[] = []
  const add = (key: string, value: string | Buffer | undefined) => {
    if (value !== undefined) headers.push({ key, value: Buffer.from(value) })
  }
  if (named) add(header.topic, publication.topic)
  if (publication.retain) add(header.retain, '1')
  if (publication.signed) add(header.clientId, publication.clientId)
  const { properties } = publication
  if (properties === noProperties) return headers
  add(header.contentType, properties.contentType)
  add(header.responseTopic, properties.responseTopic)
  add(header.correlationData, properties.correlationData)
  add(header.messageExpiryInterval, properties.messageExpiryInterval?.toString())
  if (properties.payloadFormatIndicator) add(header.payloadFormatIndicator, '1')
  for (const [name, value] of properties.userProperties ?? []) {
    add(name.startsWith(own) ? user + name : name, value)
  }
  return headers
}

export function recordOf(
  publication: Publication,
  { key, named, schema }: Destination,
  nowMs: number,
): NewRecord {
  return {
    key,
    // No payload is no JSON: under a schema it stands for a value that is gone.
    value: schema !== undefined && publication.payload.length === 0 ? null : publication.payload,
    headers: headersOf(publication, named),
    timestamp: BigInt(nowMs),
  }
}

const emptyPayload = Buffer.alloc(0)

/** `topic` is the one of records that name none. */
export function messageOf(record: KafkaRecord, topic: string): Message {
  const { headers } = record
  const plain = headers.length === 0
  return {
    topic: plain ? topic : (textOf(headers, header.topic) ?? topic),
    payload: record.value ?? emptyPayload,
    retain: !plain && textOf(headers, header.retain) === '1',
    publisher: plain ? undefined : textOf(headers, header.clientId),
    timestampMs: Number(record.timestamp),
    properties: plain ? noProperties : propertiesOf(headers),
    frames: [],
  }
}

function textOf(headers: readonly Header[], key: string): string | undefined {
  return headers.find((one) => one.key === key)?.value?.toString('utf8')
}

function propertiesOf(headers: readonly Header[]): Properties {
  const properties: Properties = {}
  const userProperties: [string, string][] = []
  for (const { key, value } of headers) {
    if (value === null || value.length > 65_535) continue
    if (key === header.correlationData) {
      properties.correlationData = value
      continue
    }
    if (!isText(value) || Buffer.byteLength(key) > 65_535) continue
    const text = value.toString('utf8')
    if (key === header.contentType) properties.contentType = text
    else if (key === header.responseTopic) properties.responseTopic = text
    else if (key === header.payloadFormatIndicator) properties.payloadFormatIndicator = true
    else if (key === header.messageExpiryInterval) setExpiry(properties, text)
    else if (key.startsWith(user)) userProperties.push([key.slice(user.length), text])
    else if (!key.startsWith(own)) userProperties.push([key, text])
  }
  if (userProperties.length > 0) properties.userProperties = userProperties
  return properties
}

function setExpiry(properties: Properties, text: string): void {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 32) {
    properties.messageExpiryInterval = seconds
  }
}

/** Kafka's headers may hold any bytes, MQTT's user properties only text. */
function isText(value: Buffer): boolean {
  return isUtf8(value) && !value.includes(0)
}

/** The properties as they are now: the expiry has run since. Undefined once it has run out. */
export function propertiesNow(
  { properties, timestampMs }: Message,
  nowMs: number,
): Readonly<Properties> | undefined {
  const { messageExpiryInterval } = properties
  if (messageExpiryInterval === undefined) return properties
  const left = messageExpiryInterval - Math.floor(Math.max(0, nowMs - timestampMs) / 1000)
  return left <= 0 ? undefined : { ...properties, messageExpiryInterval: left }
}
