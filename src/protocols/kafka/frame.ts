/** The headers in front of every request and response. */
import { type ByteReader, type ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import type { Api } from './schema.ts'

export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

const apiVersionsKey = 18

/**
 * Reads the header (version 1, or 2 where the API is flexible) and leaves the reader at the body.
 * The key, version and correlation id stand at the same place in every version, so a request of an
 * unknown API or version still yields them, for an answer that says so. `apiOf` says what is known:
 * a server that names only what it serves need not load the rest.
 */
export function readRequestHeader(
  reader: ByteReader,
  apiOf: (key: number) => Pick<Api, 'versions' | 'flexible'> | undefined,
): RequestHeader {
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const clientId = readClientId(reader)
  const api = apiOf(apiKey)
  if (api !== undefined && isKnown(api, apiVersion) && apiVersion >= api.flexible) skipTags(reader)
  return { apiKey, apiVersion, correlationId, clientId }
}

export function writeRequestHeader(
  writer: ByteWriter,
  api: Api,
  { apiVersion, correlationId, clientId }: Omit<RequestHeader, 'apiKey'>,
): void {
  writer.int16(api.key)
  writer.int16(apiVersion)
  writer.int32(correlationId)
  // The client id keeps its two-byte length in flexible versions, so that old brokers can read it.
  const length = clientId === null ? -1 : Buffer.byteLength(clientId)
  writer.int16(length)
  if (clientId !== null) writer.utf8(clientId, length)
  if (apiVersion >= api.flexible) writer.uvarint(0)
}

export function writeResponseHeader(
  writer: ByteWriter,
  api: Pick<Api, 'key' | 'flexible'>,
  version: number,
  correlationId: number,
): void {
  writer.int32(correlationId)
  if (hasTags(api, version)) writer.uvarint(0)
}

export function readResponseHeader(
  reader: ByteReader,
  api: Pick<Api, 'key' | 'flexible'>,
  version: number,
): { readonly correlationId: number } {
  const correlationId = reader.int32()
  if (hasTags(api, version)) skipTags(reader)
  return { correlationId }
}

/** ApiVersions answers have header 0 always: who asks does not know yet what the other side speaks. */
function hasTags(api: Pick<Api, 'key' | 'flexible'>, version: number): boolean {
  return version >= api.flexible && api.key !== apiVersionsKey
}

function isKnown({ versions }: Pick<Api, 'versions'>, version: number): boolean {
  return version >= versions.from && version <= versions.to
}

function readClientId(reader: ByteReader): string | null {
  const length = reader.int16()
  if (length < -1) throw new MalformedBytes(`a client id of ${length} bytes`)
  return length === -1 ? null : reader.utf8(length)
}

function skipTags(reader: ByteReader): void {
  for (let left = reader.uvarint(); left > 0; left--) {
    reader.uvarint()
    reader.bytes(reader.uvarint())
  }
}
