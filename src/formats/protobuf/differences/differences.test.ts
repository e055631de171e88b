/** What Confluent's registry calls the changes between two schemas, and which a reader lives with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protobufFormat } from '../index.ts'

const proto3 = 'syntax = "proto3"; package plant;'

/** [what changes, before, after, the differences; those that are in the way have an exclamation mark.] */
const changes: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'a field comes',
    'message M { int32 a = 1; }',
    'message M { int32 a = 1; string b = 2; }',
    ['FIELD_ADDED #/M/2'],
  ],
  [
    'a field goes',
    'message M { int32 a = 1; string b = 2; }',
    'message M { int32 a = 1; }',
    ['FIELD_REMOVED #/M/2'],
  ],
  [
    'a field of a nested message comes',
    'message M { message N {} }',
    'message M { message N { int32 a = 1; } }',
    ['FIELD_ADDED #/M/N/1'],
  ],
  [
    'a field gets another number',
    'message M { int32 a = 1; }',
    'message M { int32 a = 2; }',
    ['FIELD_REMOVED #/M/1', 'FIELD_ADDED #/M/2'],
  ],
  [
    'a field gets another name',
    'message M { int32 a = 1; }',
    'message M { int32 b = 1; }',
    ['FIELD_NAME_CHANGED #/M/1'],
  ],
  [
    'numbers of one encoding replace each other',
    'message M { int32 a = 1; string b = 2; fixed32 c = 3; }',
    'message M { bool a = 1; bytes b = 2; sfixed32 c = 3; }',
    [],
  ],
  [
    'a number becomes an enum',
    'message M { int32 a = 1; }',
    'message M { E a = 1; } enum E { Z = 0; }',
    ['ENUM_ADDED #/E'],
  ],
  [
    'a number becomes text',
    'message M { int32 a = 1; }',
    'message M { string a = 1; }',
    ['!FIELD_SCALAR_KIND_CHANGED #/M/1'],
  ],
  [
    'a number becomes zigzag',
    'message M { int64 a = 1; }',
    'message M { sint64 a = 1; }',
    ['!FIELD_SCALAR_KIND_CHANGED #/M/1'],
  ],
  [
    'a number becomes a message',
    'message M { int32 a = 1; } message N {}',
    'message M { N a = 1; } message N {}',
    ['!FIELD_KIND_CHANGED #/M/1'],
  ],
  [
    'a message becomes another',
    'message M { N a = 1; } message N {} message O {}',
    'message M { O a = 1; } message N {} message O {}',
    ['!FIELD_NAMED_TYPE_CHANGED #/M/1'],
  ],
  [
    'the value of a map changes its type',
    'message M { map<string, int32> a = 1; }',
    'message M { map<string, string> a = 1; }',
    ['!FIELD_SCALAR_KIND_CHANGED #/M/1'],
  ],
  [
    'a map is written by its entries',
    'message M { map<string, int32> a = 1; }',
    'message M { repeated AEntry a = 1; message AEntry { option map_entry = true; string key = 1; int32 value = 2; } }',
    [],
  ],
  [
    'a number is repeated',
    'message M { optional int32 a = 1; }',
    'message M { repeated int32 a = 1; }',
    ['!FIELD_NUMERIC_LABEL_CHANGED #/M/1'],
  ],
  [
    'a text is repeated',
    'message M { optional string a = 1; }',
    'message M { repeated string a = 1; }',
    ['FIELD_STRING_OR_BYTES_LABEL_CHANGED #/M/1'],
  ],
  ['a message comes', 'message M {}', 'message M {} message N {}', ['MESSAGE_ADDED #/N']],
  ['a message goes', 'message M {} message N {}', 'message M {}', ['!MESSAGE_REMOVED #/N']],
  [
    'messages change places',
    'message M {} message N {}',
    'message N {} message M {}',
    ['MESSAGE_MOVED #/M', 'MESSAGE_MOVED #/N'],
  ],
  [
    'constants change',
    'enum E { A = 0; B = 1; C = 2; }',
    'enum E { A = 0; Y = 1; D = 3; }',
    ['ENUM_CONST_CHANGED #/E/1', 'ENUM_CONST_REMOVED #/E/2', 'ENUM_CONST_ADDED #/E/3'],
  ],
  [
    'a field moves into a oneof of its own',
    'message M { int32 a = 1; }',
    'message M { oneof o { int32 a = 1; string b = 2; } }',
    ['ONEOF_ADDED #/M/o', 'ONEOF_FIELD_ADDED #/M/o/2'],
  ],
  [
    'two fields move into a oneof',
    'message M { int32 a = 1; int32 b = 2; }',
    'message M { oneof o { int32 a = 1; int32 b = 2; } }',
    ['!MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o', 'ONEOF_ADDED #/M/o'],
  ],
  [
    'a field moves into a oneof that was there',
    'message M { int32 a = 1; oneof o { int32 b = 2; } }',
    'message M { oneof o { int32 a = 1; int32 b = 2; } }',
    ['!FIELD_MOVED_TO_EXISTING_ONEOF #/M/o'],
  ],
  [
    'a field leaves a oneof for good',
    'message M { oneof o { int32 a = 1; int32 b = 2; } }',
    'message M { oneof o { int32 a = 1; } }',
    ['!ONEOF_FIELD_REMOVED #/M/o/2'],
  ],
  [
    'a oneof goes with all its fields',
    'message M { oneof o { int32 a = 1; } }',
    'message M {}',
    ['ONEOF_REMOVED #/M/o'],
  ],
  [
    'a oneof gets another name',
    'message M { oneof o { int32 a = 1; } }',
    'message M { oneof p { int32 a = 1; } }',
    ['ONEOF_REMOVED #/M/o', 'ONEOF_ADDED #/M/p'],
  ],
  [
    'a field leaves a oneof and changes its type',
    'message M { oneof o { int32 a = 1; int32 b = 2; } }',
    'message M { oneof o { int32 a = 1; } string b = 2; }',
    ['ONEOF_FIELD_MOVED_TO_TOP_LEVEL #/M/2', '!FIELD_SCALAR_KIND_CHANGED #/M/2'],
  ],
]

for (const [change, before, after, expected] of changes) {
  test(`${change}: ${expected.join(', ') || 'no difference'}`, () => {
    const original = protobufFormat.parse(`${proto3} ${before}`)
    const update = protobufFormat.parse(`${proto3} ${after}`)
    const found = update.differences(original).map(({ type, path }) => `${type} ${path}`)
    assert.deepEqual(
      found,
      expected.map((one) => one.replace('!', '')),
    )
    const obstacles = expected.filter((one) => one.startsWith('!'))
    assert.equal(update.incompatibilities(original).length, obstacles.length)
    assert.deepEqual(original.differences(original), [])
  })
}

test('required fields that come or go are in the way', () => {
  const without = protobufFormat.parse('message M { optional int32 a = 1; }')
  const required = protobufFormat.parse('message M { optional int32 a = 1; required int32 b = 2; }')
  assert.deepEqual(required.incompatibilities(without), [
    `{errorType:"REQUIRED_FIELD_ADDED", description:"A required field  at path '#/M/2' in the %s schema is missing in the %s schema"}`,
  ])
  assert.deepEqual(without.incompatibilities(required), [
    `{errorType:"REQUIRED_FIELD_REMOVED", description:"The %s schema is missing a required field at path: '#/M/2' in the %s schema"}`,
  ])
})

test('another package and another kind of scalar are told in the registry’s words', () => {
  const before = protobufFormat.parse('syntax = "proto3"; package a; message M { int32 a = 1; }')
  const after = protobufFormat.parse('syntax = "proto3"; package b; message M { string a = 1; }')
  assert.deepEqual(after.incompatibilities(before), [
    `{errorType:"PACKAGE_CHANGED", description:"The package at '#/' in the %s schema does not match the package in the %s schema"}`,
    `{errorType:"FIELD_SCALAR_KIND_CHANGED", description:"The kind of a SCALAR field at path '#/M/1' in the %s schema does not match its kind in the %s schema"}`,
  ])
})

test('a message of another file is compared by what it holds, whatever its package', () => {
  const using = (path: string, type: string, text: string) =>
    protobufFormat.parse(
      `syntax = "proto3"; import "${path}"; message M { ${type} a = 1; }`,
      new Map([[path, text]]),
    )
  const file = (name: string, field: string) =>
    `syntax = "proto3"; package ${name}; message Outer { message Home { ${field} id = 1; Home next = 2; } }`
  const before = using('one.proto', '.one.Outer.Home', file('one', 'int32'))
  const same = using('two.proto', 'two.Outer.Home', file('two', 'int64'))
  const other = using('two.proto', 'two.Outer.Home', file('two', 'string'))
  assert.deepEqual(same.differences(before), [])
  assert.deepEqual(
    other.differences(before).map(({ type, path }) => `${type} ${path}`),
    ['FIELD_SCALAR_KIND_CHANGED #/Outer/Home/1', 'FIELD_NAMED_TYPE_CHANGED #/M/1'],
  )
})

test('messages of other files that refer to each other many times are compared once', () => {
  const text = (type: string) =>
    `syntax = "proto3"; ${Array.from({ length: 40 }, (_, index) => `message N${index} { N${index + 1} a = 1; N${index + 1} b = 2; }`).join(' ')} message N40 { ${type} a = 1; }`
  const using = (type: string) =>
    protobufFormat.parse(
      'syntax = "proto3"; import "n.proto"; message M { N0 a = 1; }',
      new Map([['n.proto', text(type)]]),
    )
  const found = using('string').differences(using('int32'))
  assert.equal(found.at(0)?.type, 'FIELD_SCALAR_KIND_CHANGED')
  assert.ok(found.length < 100)
})
