/**
 * A record as one line of JSON, the same for reading and writing:
 * `{"key":"k","value":"v","headers":{"a":"1"},"partition":0,"timestamp":1700000000000}`.
 * Bytes that are no UTF-8 are `{"base64":"…"}`; a header that is there twice has a list.
 */
import { isUtf8 } from 'node:buffer'
import { cliError } from '../errors.ts'
import { toJson } from '../output.ts'

export interface RecordFields {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
  readonly timestamp: bigint | undefined
}

/** What is not known is left out. */
export interface RecordPlace {
  readonly topic: string
  readonly partition?: number
  readonly offset?: bigint
}

export interface OutgoingRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: { key: string; value: Buffer | null }[]
  readonly partition?: number
  readonly timestamp?: bigint
}

export function toEnvelope(place: RecordPlace, record: RecordFields): string {
  const names = new Set(record.headers.map(({ key }) => key))
  const headers = [...names].map((name) => {
    const values = record.headers
      .filter(({ key }) => key === name)
      .map(({ value }) => toText(value))
    return [name, values.length === 1 ? values[0] : values]
  })
  return toJson({
    topic: place.topic,
    partition: place.partition,
    offset: place.offset,
    timestamp: record.timestamp,
    key: toText(record.key),
    value: toText(record.value),
    headers: Object.fromEntries(headers),
  })
}

/** Throws 'usage' where the line is no such JSON. */
export function fromEnvelope(line: Buffer): OutgoingRecord {
  const raw = parse(line)
  const { key = null, value = null, headers = {}, partition, timestamp } = raw
  return {
    key: toBytes(key),
    value: toBytes(value),
    headers: Object.entries(Object(headers)).flatMap(([name, values]) =>
      [values].flat().map((one) => ({ key: name, value: toBytes(one) })),
    ),
    ...(partition === undefined ? {} : { partition: whole('partition', partition) }),
    ...(timestamp === undefined ? {} : { timestamp: BigInt(whole('timestamp', timestamp)) }),
  }
}

function parse(line: Buffer): Record<string, unknown> {
  try {
    const raw: unknown = JSON.parse(line.toString())
    if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return { ...raw }
  } catch {
    // What is no JSON gets the same answer as JSON of another shape.
  }
  throw cliError('usage', {
    problem: `'${line.toString().slice(0, 80)}' is no envelope; write {"key":…,"value":…} in each line.`,
  })
}

function toText(bytes: Buffer | null): string | { base64: string } | null {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
}

/** A text is itself, what holds base64 alone is those bytes, other JSON is its own text. */
function toBytes(value: unknown): Buffer | null {
  if (value === null) return null
  if (typeof value === 'string') return Buffer.from(value)
  const { base64, ...others } = Object(value) as { base64?: unknown }
  if (typeof base64 === 'string' && Object.keys(others).length === 0) {
    return Buffer.from(base64, 'base64')
  }
  return Buffer.from(JSON.stringify(value))
}

function whole(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  const problem = `'${name}' is ${JSON.stringify(value)} in an envelope; write a whole number.`
  throw cliError('usage', { problem })
}
