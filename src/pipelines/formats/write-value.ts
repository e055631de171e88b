import { jsonOf } from '../../formats/json-of.ts'
import { kindOf, pipelineError } from '../errors.ts'
import type { PipelineEvent } from '../event.ts'
import type { TargetFormat, TargetSpec } from '../steps/step.ts'
import type { AvroValues } from './avro-values.ts'

/** The bytes of the value, or a promise of them; null deletes in every format. */
export function writeValue(
  { topic, format, schema }: TargetSpec,
  { value, valueBytes }: PipelineEvent,
  avro: AvroValues | undefined,
): Buffer | null | Promise<Buffer> {
  if (value === null || value === undefined) return null
  if (format === 'avro') {
    if (avro === undefined) throw pipelineError('no-registry', undefined)
    return avro.write(topic, value, schema)
  }
  return writers[format](value, valueBytes ?? undefined)
}

/** A key: text and bytes as they are, anything else as JSON. */
export function writeKey({ key, keyBytes }: PipelineEvent): Buffer | null {
  if (keyBytes !== undefined) return keyBytes
  if (key === null || key === undefined) return null
  if (key instanceof Uint8Array) return Buffer.from(key)
  return typeof key === 'string' ? Buffer.from(key) : writeJson(key)
}

const writers: Readonly<
  Record<Exclude<TargetFormat, 'avro'>, (value: unknown, read: Buffer | undefined) => Buffer>
> = {
  same: (value, read) => read ?? writeJson(value),
  json: writeJson,
  text: (value) => {
    if (typeof value === 'string') return Buffer.from(value)
    if (value instanceof Uint8Array) return Buffer.from(value)
    return writeJson(value)
  },
  bytes: (value) => {
    if (value instanceof Uint8Array) return Buffer.from(value)
    if (typeof value === 'string') return Buffer.from(value)
    throw pipelineError('unwritable-value', { format: 'bytes', why: `it is ${kindOf(value)}` })
  },
}

function writeJson(value: unknown): Buffer {
  return Buffer.from(jsonOf(value))
}
