/** The JSON format (JSON Event Format 1.0.2): attributes and data in one object, as the structured mode sends it. */
import { isUtf8 } from 'node:buffer'
import { type EventAttributes, eventOf } from './attributes.ts'
import { eventError } from './failures.ts'

export const structuredType = 'application/cloudevents+json; charset=UTF-8'

/** @throws InvalidMessageError for data that are not what `datacontenttype` says. */
export function toJson(attributes: EventAttributes, data: Uint8Array): Buffer {
  const head = JSON.stringify(attributes).slice(0, -1)
  return Buffer.from(`${head},${dataMember(attributes.datacontenttype, Buffer.from(data))}}`)
}

/** JSON as it stands, so that no number is rounded; text as text; else Base64. */
function dataMember(type: string | undefined, data: Buffer): string {
  const text = type !== undefined && isUtf8(data) ? data.toString() : undefined
  if (isJson(type)) {
    if (text === undefined || !isJsonText(text)) throw eventError('event-data', { type: `${type}` })
    return `"data":${text}`
  }
  if (text !== undefined && isText(type)) return `"data":${JSON.stringify(text)}`
  return `"data_base64":"${data.toString('base64')}"`
}

export interface OpenedEvent {
  readonly attributes: EventAttributes
  readonly data: Buffer
}

/** @throws InvalidMessageError */
export function fromJson(bytes: Buffer): OpenedEvent {
  const whole = objectOf(bytes)
  const { data, data_base64: base64, ...given } = whole
  let attributes: EventAttributes
  try {
    attributes = eventOf(given)
  } catch (cause) {
    throw eventError('event-unreadable', { why: String(Object(cause).message) }, { cause })
  }
  if (base64 === undefined || base64 === null) return { attributes, data: plain(attributes, data) }
  const isBase64 = typeof base64 === 'string' && /^[A-Za-z\d+/]*={0,2}$/.test(base64)
  if (data !== undefined || !isBase64) {
    const why = "its 'data_base64' is no Base64, or 'data' stands beside it"
    throw eventError('event-unreadable', { why })
  }
  return { attributes, data: Buffer.from(base64, 'base64') }
}

/** Without a `datacontenttype` data are JSON. */
function plain({ datacontenttype: type }: EventAttributes, data: unknown): Buffer {
  if (data === undefined) return Buffer.alloc(0)
  const isOwnText = typeof data === 'string' && type !== undefined && !isJson(type)
  return Buffer.from(isOwnText ? data : JSON.stringify(data))
}

function objectOf(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(isUtf8(bytes) ? bytes.toString() : '')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // It is told below: what the parser says could show what the message holds.
  }
  throw eventError('event-unreadable', { why: 'it has no attributes, and is no JSON object' })
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^[^;]*[/+]json\s*(?:;|$)/i.test(type)
}

function isText(type: string | undefined): boolean {
  return type !== undefined && /^(?:text\/|[^;]*[/+]xml\s*(?:;|$))/i.test(type)
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
