import { isUtf8 } from 'node:buffer'
import { MalformedBytes } from '../../base/bytes.ts'
import { parseJson } from '../../base/lossless-json.ts'
import type { SchemaValues } from '../../client/registry/index.ts'
import { pipelineError } from '../errors.ts'

/** How values are read. */
export const sourceFormats = ['auto', 'json', 'registry', 'text', 'bytes'] as const
export type SourceFormat = (typeof sourceFormats)[number]

export type ReadValue = (bytes: Buffer | null) => unknown

/** The byte before a schema's id; no JSON begins with it. */
const schemaMagic = 0

/** What comes may be a promise, where a schema is asked for first. A null value is null in every format. */
export function valueReader(format: SourceFormat, schemas: SchemaValues | undefined): ReadValue {
  const registered = (bytes: Buffer) => {
    if (schemas === undefined) throw pipelineError('no-registry', undefined)
    try {
      const value = schemas.read(bytes)
      return value instanceof Promise ? value.catch(unreadable) : value
    } catch (cause) {
      return unreadable(cause)
    }
  }
  const readers: Readonly<Record<SourceFormat, (bytes: Buffer) => unknown>> = {
    auto: (bytes) => (bytes[0] === schemaMagic ? registered(bytes) : readJson(bytes)),
    json: readJson,
    registry: registered,
    text: readText,
    bytes: (bytes) => bytes,
  }
  const read = readers[format]
  return (bytes) => (bytes === null ? null : read(bytes))
}

function unreadable(cause: unknown): never {
  if (!(cause instanceof MalformedBytes)) throw cause
  const format = 'what its schema says'
  throw pipelineError('unreadable-value', { format, why: cause.message }, { cause })
}

/** Text where the bytes are UTF-8, else the bytes. */
export function readKey(bytes: Buffer | null): unknown {
  return bytes !== null && isUtf8(bytes) ? bytes.toString() : bytes
}

function readJson(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString())
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw pipelineError('unreadable-value', { format: 'JSON', why }, { cause })
  }
}

function readText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  throw pipelineError('unreadable-value', { format: 'text', why: 'it is not UTF-8' })
}
