/** Connect's records and values in the notation of java/ConnectData.java, to compare with Kafka's own. */
import { join } from 'node:path'
import { type ConnectSchema, isDecimal } from '../../src/connect/kit/data.ts'
import type { ConnectRecord, SinkRecord } from '../../src/connect/kit/record.ts'
import { javaCommand } from './peers.ts'
import { outputOf } from './programs.ts'

const program = join(import.meta.dirname, 'java/ConnectData.java')

/** What Kafka Connect answers to each of these, in their order. */
export async function askConnect(peer: string, asked: readonly object[]): Promise<unknown[]> {
  const [command = '', ...options] = javaCommand(join(peer, 'libs', '*'), '-Duser.timezone=UTC')
  const output = await outputOf([command, ...options, program], {
    input: asked.map((line) => `${JSON.stringify(line)}\n`).join(''),
    deadlineMs: 120_000,
  })
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

export function shownRecord(record: SinkRecord | undefined): unknown {
  if (record === undefined) return null
  return {
    topic: record.topic,
    keySchema: shownSchema(record.keySchema),
    key: shownValue(record.keySchema, record.key),
    valueSchema: shownSchema(record.valueSchema),
    value: shownValue(record.valueSchema, record.value),
    headers: record.headers.map(({ key, schema, value }) => [
      key,
      shownSchema(schema),
      shownValue(schema, value),
    ]),
  }
}

export function askedRecord(record: SinkRecord): object {
  return {
    ...(shownRecord(record) as object),
    partition: record.partition,
    offset: Number(record.origin.offset),
    timestamp: record.timestamp ?? null,
  }
}

export function sinkRecord(parts: Partial<ConnectRecord>): SinkRecord {
  return {
    topic: 'readings',
    key: null,
    keySchema: null,
    value: null,
    valueSchema: null,
    headers: [],
    timestamp: 1_700_000_000_123,
    ...parts,
    partition: parts.partition ?? 3,
    timestampType: 'CreateTime',
    origin: {
      topic: 'readings',
      partition: 3,
      offset: 42n,
      timestamp: 0n,
      key: null,
      value: null,
      headers: [],
    },
  }
}

export function shownSchema(schema: ConnectSchema | null): unknown {
  if (schema === null) return null
  const { default: byDefault, parameters, fields, keys, values, ...rest } = schema
  return {
    ...rest,
    ...(parameters && Object.keys(parameters).length > 0 && { parameters }),
    ...(byDefault != null && { default: shownValue(schema, byDefault) }),
    ...(fields && {
      fields: fields.map(({ name, schema: inner }) => ({ name, schema: shownSchema(inner) })),
    }),
    ...(keys && { keys: shownSchema(keys) }),
    ...(values && { values: shownSchema(values) }),
  }
}

export function shownValue(schema: ConnectSchema | null, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint') return { whole: `${value}` }
  if (typeof value === 'number') {
    const isWhole = schema === null ? Number.isInteger(value) : !schema.type.startsWith('float')
    return isWhole ? { whole: `${value}` } : { float: floatText(value) }
  }
  if (Buffer.isBuffer(value)) return { bytes: value.toString('hex') }
  if (value instanceof Date) return { date: `${value.getTime()}` }
  if (isDecimal(value)) return { decimal: [`${value.unscaled}`, value.scale] }
  if (Array.isArray(value)) return value.map((one) => shownValue(schema?.values ?? null, one))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  if (schema?.fields !== undefined) {
    const struct = value as Record<string, unknown>
    return {
      struct: Object.fromEntries(
        schema.fields.map((field) => [field.name, shownValue(field.schema, struct[field.name])]),
      ),
    }
  }
  return {
    map: entries.map(([key, one]) => [
      shownValue(schema?.keys ?? null, key),
      shownValue(schema?.values ?? null, one),
    ]),
  }
}

/**
 * What is compared of a shown value: no order of keys and of maps, and numbers as JavaScript has them,
 * because leat does not tell 1.0 from 1 where there is no schema.
 */
export function comparable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(comparable)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]): [string, unknown] => {
      if (key === 'float' && typeof value === 'string') return ['number', floatText(Number(value))]
      if (key === 'whole') return ['number', value]
      if (key !== 'map' || !Array.isArray(value)) return [key, comparable(value)]
      return [key, value.map(comparable).sort(byText)]
    }),
  )
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : `${value}`
}
