/** Schemas that nobody writes by mistake: bounded, answered with a clear error, never a crash. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../../base/errors.ts'
import { between, pick, seededRandom } from '../../base/random.ts'
import { protobufFormat } from './index.ts'
import { limits } from './limits.ts'
import { randomSchema } from './testing/random-schema.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const longestMs = 5000

test('what is no schema is refused with its place and what is wrong with it', () => {
  const wrong: [string, RegExp][] = [
    ['message A {', /at 1:12: .*'}'|the end of the text/],
    ['message A {\n  int32 a = 0;\n}', /at 2:13: the number of a field/],
    ['message A { optional int32 a = 536870912; }', /at 1:32/],
    ['message A { optional int32 a = 19500; }', /19000 to 19999/],
    ['message A { optional int32 a = 99999999999999999999; }', /the number of a field/],
    ['message A { optional int32 a = 1; optional int32 b = 1; }', /'b' of 'A' has the number 1/],
    ['message A { optional int32 a = 1; optional int32 a = 2; }', /'a' of 'A' is defined twice/],
    ['message A {} message A {}', /'A' is defined twice/],
    ['message A { int32 a = 1; }', /needs 'optional', 'required' or 'repeated'/],
    ['syntax = "proto3"; message A { required int32 a = 1; }', /proto3 has not/],
    ['syntax = "proto3"; message A { B b = 1; }', /'B', the type of the field 'b' of 'A'/],
    ['syntax = "proto3"; message A { map<float, int32> b = 1; }', /the keys of the map 'b'/],
    ['syntax = "proto3"; enum E { }', /'E' has no constant/],
    ['syntax = "proto3"; enum E { A = 0; B = 0; }', /allow_alias/],
    ['syntax = "proto4";', /proto2 and proto3 are known/],
    ['edition = "1999";', /2023 and 2024 are known/],
    ['message A { optional string a = 1 [default = "x }', /a string has no end/],
    ['/* no end', /a comment has no end/],
    ['hello world', /'hello' begins no declaration/],
    ['hello', /neither the text of a .proto file nor a FileDescriptorProto/],
    ['constructor {}', /'constructor' begins no declaration/],
    ['{}', /a declaration is expected where '{' stands/],
    ['syntax = "proto3"; message A { int32 __proto__ = 1; }', /no record can have/],
    ['syntax = "proto3"; extend B { int32 a = 1; }', /'B', which 'a' extends/],
    ['syntax = "proto3"; service S { rpc R (A) returns (A); }', /'A', which 'S.R' names/],
    ['AAAA', /FileDescriptorProto|field/],
    ['!!!!', /a declaration is expected/],
  ]
  for (const [text, message] of wrong) {
    assert.throws(() => protobufFormat.parse(text), { code: 'invalid-schema', message }, text)
  }
})

test('a type of an import that nobody registered is an unresolved reference; an unused import is none', () => {
  const text = 'syntax = "proto3"; import "plant/common.proto"; message A { plant.Phase p = 1; }'
  const message = /'plant\/common\.proto'/
  assert.throws(() => protobufFormat.parse(text), { code: 'unresolved-reference', message })
  const unused = 'syntax = "proto3"; import "plant/common.proto"; message A { int32 p = 1; }'
  assert.match(protobufFormat.parse(unused).canonical, /import "plant\/common\.proto";/)
})

test('files that import each other are refused', () => {
  const references = new Map([
    ['a.proto', 'syntax = "proto3"; import "b.proto";'],
    ['b.proto', 'syntax = "proto3"; import "a.proto";'],
  ])
  assert.throws(() => protobufFormat.parse('import "a.proto";', references), {
    code: 'invalid-schema',
    message: /imports itself/,
  })
})

test('names of objects’ own are names as others', () => {
  const schema = protobufFormat.parse(
    'syntax = "proto3"; message A { int32 constructor = 1; string toString = 2; A hasOwnProperty = 3; }',
  )
  const value = { constructor: 1, toString: 'x', hasOwnProperty: null }
  assert.deepEqual(schema.decode(schema.encode(value)), value)
  assert.deepEqual(schema.decode(schema.encode({})), {
    constructor: 0,
    toString: '',
    hasOwnProperty: null,
  })
})

const full = (text: (size: number) => string) => text(limits.mostTextBytes - 1000)
const bombs: Readonly<Record<string, string>> = {
  'a text that is too long': ' '.repeat(limits.mostTextBytes + 1),
  'messages in messages': 'message A {'.repeat(50_000),
  'lists in lists': `option (a) = ${'['.repeat(100_000)}`,
  'maps in maps': `option (a) = ${'{a:'.repeat(100_000)}`,
  'names of options without end': `option a${'.a'.repeat(100_000)} = 1;`,
  'a package of many parts': `package a${'.a'.repeat(100_000)};`,
  'groups in groups': 'message A {'.concat('optional group G = 1 {'.repeat(10_000)),
  'a string without end': `option a = "${'x'.repeat(500_000)}`,
  'blanks and slashes': ' /'.repeat(200_000),
  'opened comments': '/*'.repeat(300_000),
  'a number of many digits': `enum E { A = ${'9'.repeat(500_000)}; }`,
  'an option of many digits': `option java_package = ${'9'.repeat(900_000)}; message A {}`,
  'a descriptor of zeros': 'A'.repeat(1_000_000),
  'a map whose values are itself':
    'message E { option map_entry = true; optional string key = 1; repeated E value = 2; }',
  'maps of maps': `syntax = "proto3"; message E { option map_entry = true; string key = 1; E value = 2; } message M { repeated E e = 1; }`,
  'one key many times': `option (a) = { ${'a: 1 '.repeat(150_000)} };`,
  'many lines deep inside': `${'message A {'.repeat(31)} option (x) = ${'['.repeat(15)} ${'1,'.repeat(400_000)}1 ${']'.repeat(15)}; ${'}'.repeat(31)}`,
  'many types': full((size) => 'message A {}'.repeat(size / 12)),
  'many messages': full((size) =>
    Array.from({ length: size / 20 }, (_, index) => `message A${index} {}`).join(''),
  ),
  'many fields': `syntax = "proto3"; message A { ${Array.from({ length: 30_000 }, (_, index) => `A a${index} = ${index < 18_000 ? index + 1 : index + 2001};`).join('')} }`,
  'many oneofs': `syntax = "proto3"; message A { ${Array.from({ length: 15_000 }, (_, index) => `oneof o${index} { int32 a${index} = ${index + 1}; }`).join('')} }`,
  'many extensions': `syntax = "proto2"; message A { extensions 1 to max; } ${Array.from({ length: 15_000 }, (_, index) => `extend A { optional int32 a${index} = ${index + 1}; }`).join('')}`,
  'options that add up': `syntax = "proto3"; import "confluent/meta.proto"; message A { ${'option (confluent.message_meta).tags = "a";'.repeat(20_000)} }`,
}

for (const [what, text] of Object.entries(bombs)) {
  test(`${what}: an answer within ${longestMs / 1000} s of work`, () => {
    const before = process.cpuUsage()
    try {
      const schema = protobufFormat.parse(text)
      schema.normalized()
      protobufFormat.parse(schema.formatted('serialized'))
      schema.incompatibilities(schema)
    } catch (error) {
      assert.ok(isError(error, 'invalid-schema'), String(error))
    }
    // The processor's time: others may be busy on this machine, too.
    const { user, system } = process.cpuUsage(before)
    const tookMs = (user + system) / 1000
    assert.ok(tookMs < longestMs, `${tookMs} ms`)
  })
}

test(`texts with damage are refused or are schemas, never a crash (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ';',
    '=',
    '.',
    '<',
    '(',
    '\\',
    '/*',
    'message ',
    '-1',
    'option ',
    'max',
    '__proto__',
  ]
  let refused = 0
  for (let round = 0; round < 400; round += 1) {
    let { text } = randomSchema(random)
    for (let damage = between(random, 1, 4); damage > 0; damage -= 1) {
      const at = between(random, 0, text.length)
      text = text.slice(0, at) + pick(random, pieces) + text.slice(at + between(random, 0, 5))
    }
    refused += refusal(text)
  }
  assert.ok(refused > 100)
})

test(`descriptors with damage are refused or are schemas, never a crash (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  let refused = 0
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(
      protobufFormat.parse(randomSchema(random).text).formatted('serialized'),
      'base64',
    )
    for (let damage = between(random, 1, 3); damage > 0; damage -= 1) {
      bytes[between(random, 0, bytes.length - 1)] = between(random, 0, 255)
    }
    refused += refusal(bytes.toString('base64'))
  }
  assert.ok(refused > 100)
})

/** 1 for a text that is refused as it should be, 0 for one that is a schema. */
function refusal(text: string): number {
  try {
    const schema = protobufFormat.parse(text)
    const again = protobufFormat.parse(schema.canonical)
    assert.equal(again.canonical, schema.canonical)
    schema.normalized()
    schema.formatted('serialized')
    return 0
  } catch (error) {
    const isExpected = isError(error, 'invalid-schema') || isError(error, 'unresolved-reference')
    assert.ok(isExpected, `${text}\n${error instanceof Error ? error.stack : error}`)
    return 1
  }
}
