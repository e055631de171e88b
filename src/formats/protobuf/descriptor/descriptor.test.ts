/** Schemas as FileDescriptorProto in base64: how Confluent's clients for JavaScript and Python send them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protobufFormat } from '../index.ts'

const text = `syntax = "proto3";
package plant;
message Reading {
  message Late {}
  map<string, Late> late = 1;
  optional int64 count = 2 [deprecated = true];
  oneof value { double power = 3; Late other = 4; }
}
message Second { repeated plant.Reading readings = 1; }
`

test('a schema that comes as a descriptor is handed out as text, and as a descriptor on demand', () => {
  const schema = protobufFormat.parse(text)
  const descriptor = schema.formatted('serialized')
  const described = protobufFormat.parse(descriptor)
  assert.match(described.canonical, /^syntax = "proto3";\npackage plant;\n\nmessage Reading \{\n/)
  assert.equal(described.formatted('serialized'), descriptor)
  assert.equal(described.formatted('no such notation'), described.canonical)
  assert.equal(protobufFormat.parse(described.canonical).canonical, described.canonical)
  assert.equal(described.normalized(), schema.normalized())
})

test('text and descriptor carry the same records and the same indexes of messages', () => {
  const schema = protobufFormat.parse(text)
  const described = protobufFormat.parse(schema.formatted('serialized'))
  const record = { late: new Map([['a', {}]]), count: 5n, power: null, other: {} }
  const bytes = described.encode(record, 'plant.Reading')
  assert.deepEqual(schema.decode(bytes), record)
  assert.deepEqual(described.messageNames, schema.messageNames)
  for (const name of schema.messageNames) {
    assert.deepEqual(described.messageIndexes(name), schema.messageIndexes(name))
  }
})

test('names that would say something else as text are refused', () => {
  const descriptor = Buffer.from(protobufFormat.parse(text).formatted('serialized'), 'base64')
  const at = descriptor.indexOf('count')
  descriptor.write('a=9;b', at)
  assert.throws(() => protobufFormat.parse(descriptor.toString('base64')), {
    code: 'invalid-schema',
    message: /no name of a .proto file/,
  })
})

test('the options of a file that was referred to are part of the descriptor', () => {
  const options =
    'syntax = "proto3"; import "google/protobuf/descriptor.proto"; package own; message Unit { string name = 1; repeated int32 powers = 2; } extend google.protobuf.FieldOptions { Unit unit = 50000; }'
  const using =
    'syntax = "proto3"; package plant; import "own.proto"; message A { int32 a = 1 [(own.unit) = { name: "W" powers: [1, 2] }]; int32 b = 2 [(own.unit).name = "A"]; }'
  const schema = protobufFormat.parse(using, new Map([['own.proto', options]]))
  const descriptor = Buffer.from(schema.formatted('serialized'), 'base64')
  // Field 50000 with a Unit: name (1) "W", powers (2) packed 1 and 2.
  assert.ok(descriptor.includes(Buffer.from('82b518070a015712020102', 'hex')))
  assert.ok(descriptor.includes(Buffer.from('82b518030a0141', 'hex')))
})

test('options that nothing defines, or whose value does not fit, are in the text alone', () => {
  const options = '(own.unit) = "W", deprecated = { a: 1 }, ctype = CORD, jstype = NOTHING'
  const schema = protobufFormat.parse(`message A { optional string a = 1 [${options}]; }`)
  assert.match(schema.canonical, /own\.unit.*jstype = NOTHING/s)
  const described = protobufFormat.parse(schema.formatted('serialized'))
  assert.match(described.canonical, /optional string a = 1 \[ctype = CORD\];/)
})
