import { isUtf8 } from 'node:buffer'
import { MalformedBytes } from '../../base/bytes.ts'
import { pipelineError } from '../errors.ts'
import { parseExactly } from './exact-json.ts'

/** How values are read. */
export const sourceFormats = ['auto', 'json', 'registry', 'text', 'bytes'] as const
export type SourceFormat = (typeof sourceFormats)[number]

/** Reads values that carry the id of a schema in a registry. Throws MalformedBytes; other errors are the registry's. */
export interface SchemaValues {
  read(topic: string, bytes: Buffer): unknown
}

export type ReadValue = (topic: string, bytes: Buffer | null) => unknown

/** The byte before a schema's id; no JSON begins with it. */
const schemaMagic = 0

/** What comes may be a promise, where a schema is asked for first. A null value is null in every format. */
export function valueReader(format: SourceFormat, schemas: SchemaValues | undefined): ReadValue {
  const registered = (topic: string, bytes: Buffer) => {
    if (schemas === undefined) throw pipelineError('no-registry', undefined)
    try {
      return schemas.read(topic, bytes)
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause
      throw pipelineError('unreadable-value', { format: 'framed', why: cause.message }, { cause })
    }
  }
  const readers: Readonly<Record<SourceFormat, (topic: string, bytes: Buffer) => unknown>> = {
    auto: (topic, bytes) => (bytes[0] === schemaMagic ? registered(topic, bytes) : readJson(bytes)),
    json: (_, bytes) => readJson(bytes),
    registry: registered,
    text: (_, bytes) => readText(bytes),
    bytes: (_, bytes) => bytes,
  }
  const read = readers[format]
  return (topic, bytes) => (bytes === null ? null : read(topic, bytes))
}

/** Text where the bytes are UTF-8, else the bytes. */
export function readKey(bytes: Buffer | null): unknown {
  return bytes !== null && isUtf8(bytes) ? bytes.toString() : bytes
}

function readJson(bytes: Buffer): unknown {
  try {
    return parseExactly(bytes.toString())
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw pipelineError('unreadable-value', { format: 'JSON', why }, { cause })
  }
}

function readText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  throw pipelineError('unreadable-value', { format: 'text', why: 'it is not UTF-8' })
}
