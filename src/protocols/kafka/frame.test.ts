import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteReader, ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import { Metadata } from './apis/03-metadata.ts'
import { SaslHandshake } from './apis/17-sasl-handshake.ts'
import { ApiVersions } from './apis/18-api-versions.ts'
import { apiByKey } from './apis/index.ts'
import {
  readRequestHeader,
  readResponseHeader,
  writeRequestHeader,
  writeResponseHeader,
} from './frame.ts'
import type { Api } from './schema.ts'

/** Knows every API, as a server does that serves them all. */
const apiOf = (key: number) => apiByKey.get(key)

function requestOf(api: Api, apiVersion: number, clientId: string | null): ByteReader {
  const writer = new ByteWriter()
  writeRequestHeader(writer, api, { apiVersion, correlationId: 7, clientId })
  writer.int32(0x600d)
  return new ByteReader(writer.done())
}

for (const [api, version] of [
  [Metadata, 8],
  [Metadata, 12],
  [SaslHandshake, 1],
] as const) {
  for (const clientId of ['sensor-é', '', null]) {
    test(`the header of ${api.name} ${version} with client id ${clientId} survives a round trip`, () => {
      const reader = requestOf(api, version, clientId)
      assert.deepEqual(readRequestHeader(reader, apiOf), {
        apiKey: api.key,
        apiVersion: version,
        correlationId: 7,
        clientId,
      })
      assert.equal(reader.int32(), 0x600d)
    })
  }
}

test('an ApiVersions request of a version of the future still says whom to answer', () => {
  const writer = new ByteWriter()
  for (const short of [ApiVersions.key, 999]) writer.int16(short)
  writer.int32(42)
  writer.int16(-1)
  const header = readRequestHeader(new ByteReader(writer.done()), apiOf)
  assert.equal(header.apiKey, ApiVersions.key)
  assert.equal(header.apiVersion, 999)
  assert.equal(header.correlationId, 42)
})

test('an answer to ApiVersions has the oldest header at every version', () => {
  for (const [api, version, bytes] of [
    [ApiVersions, 0, 4],
    [ApiVersions, 4, 4],
    [Metadata, 8, 4],
    [Metadata, 9, 5],
  ] as const) {
    const writer = new ByteWriter()
    writeResponseHeader(writer, api, version, 7)
    assert.equal(writer.length, bytes, `${api.name} ${version}`)
    const reader = new ByteReader(writer.done())
    assert.equal(readResponseHeader(reader, api, version).correlationId, 7)
    assert.equal(reader.remaining, 0)
  }
})

test('a header that ends early is malformed', () => {
  const whole = requestOf(Metadata, 12, 'sensor').source.subarray(0, -4)
  for (let end = 0; end < whole.length; end++) {
    assert.throws(() => readRequestHeader(new ByteReader(whole, 0, end), apiOf), MalformedBytes)
  }
})
