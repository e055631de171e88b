import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protobufFormat } from '../index.ts'
import { knownFile, knownPaths } from './index.ts'

test('every known file may be imported without a reference, and its types used', () => {
  assert.ok(knownPaths.length > 25)
  for (const path of knownPaths) {
    const file = knownFile(path)
    const type = file?.types.find(({ kind }) => kind === 'message') ?? file?.types[0]
    const field = `.${file?.package}.${type?.name} a = 1;`
    const text = `syntax = "proto3"; import "${path}"; message M { ${field} }`
    const schema = protobufFormat.parse(text)
    const described = protobufFormat.parse(schema.formatted('serialized'))
    assert.equal(described.normalized(), schema.normalized(), path)
  }
})

test('a registered file takes the place of a known one', () => {
  const own = 'syntax = "proto3"; package google.protobuf; message Timestamp { string text = 1; }'
  const schema = protobufFormat.parse(
    'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp at = 1; }',
    new Map([['google/protobuf/timestamp.proto', own]]),
  )
  const value = { at: { text: 'noon' } }
  assert.deepEqual(schema.decode(schema.encode(value)), value)
})
