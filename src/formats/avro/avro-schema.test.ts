import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaLimits } from '../schemas/limits.ts'
import { avroFormat } from './index.ts'

test('the text of a schema has the order of attributes and the names that Confluent gives it', () => {
  const text = `{
    "fields": [
      {"type": ["null", "double"], "name": "power", "connect.index": 1, "doc": "in W", "aliases": ["p"]},
      {"default": 1.0, "name": "factor", "type": "double", "order": "DESCENDING"},
      {"name": "peer", "type": "org.example.Reading"}
    ],
    "aliases": ["Old", "other.Older"], "connect.name": "org.example.Reading",
    "doc": "one \\"reading\\"", "name": "org.example.Reading", "type": "record"
  }`
  assert.equal(
    avroFormat.parse(text).canonical,
    '{"type":"record","name":"Reading","namespace":"org.example","doc":"one \\"reading\\"","fields":[' +
      '{"name":"power","type":["null","double"],"doc":"in W","aliases":["p"],"connect.index":1},' +
      '{"name":"factor","type":"double","default":1.0,"order":"descending"},' +
      '{"name":"peer","type":"Reading"}],' +
      '"connect.name":"org.example.Reading","aliases":["Old","other.Older"]}',
  )
})

test('a primitive schema may be a name, or an object that says no more', () => {
  for (const text of ['"string"', '{"type":"string"}', ' { "type" : "string" } ']) {
    assert.equal(avroFormat.parse(text).canonical, '"string"')
  }
  assert.equal(
    avroFormat.parse('{"connect.version":1,"type":"long"}').canonical,
    '{"type":"long","connect.version":1}',
  )
})

const address =
  '{"type":"record","name":"Address","namespace":"org.example","fields":[{"name":"street","type":"string"}]}'
const customer =
  '{"type":"record","name":"Customer","namespace":"org.example","fields":[{"name":"home","type":"Address"},{"name":"work","type":["null","org.example.Address"]}]}'

test('a reference is known by its full name: the text keeps the name, the resolved text has the type', () => {
  const schema = avroFormat.parse(customer, new Map([['address', address]]))
  assert.equal(schema.canonical, customer.replace('"org.example.Address"]', '"Address"]'))
  const resolved = schema.formatted('resolved')
  assert.match(resolved, /"type":\{"type":"record","name":"Address","fields":\[/)
  assert.equal(avroFormat.parse(resolved).canonical, resolved)
  assert.deepEqual(schema.definition, JSON.parse(resolved))
  const value = { home: { street: 'a' }, work: { street: 'b' } }
  assert.deepEqual(schema.decode(schema.encode(value)), value)
})

test('a name that nothing defines is an unresolved reference', () => {
  assert.throws(() => avroFormat.parse(customer), {
    code: 'unresolved-reference',
    message: /'org\.example\.Address'/,
  })
})

test('a name may come before its type, and a record may hold itself', () => {
  const list =
    '{"type":"record","name":"List","fields":[{"name":"kind","type":"Kind"},{"name":"next","type":["null","List"]},{"name":"last","type":{"type":"enum","name":"Kind","symbols":["A"]}}]}'
  const schema = avroFormat.parse(list)
  const value = { kind: 'A', next: { kind: 'A', next: null, last: 'A' }, last: 'A' }
  assert.deepEqual(schema.decode(schema.encode(value)), value)
})

test('a normalized text is the same however the schema was written', () => {
  const plain =
    '{"type":"record","name":"R","namespace":"org.example","fields":[{"name":"d","type":"double","default":0.0,"a":1,"b":2},{"name":"t","type":{"type":"bytes","logicalType":"decimal","precision":4,"scale":2,"connect.name":"D"}}],"aliases":["A","B"]}'
  const written =
    '{"aliases":["B","org.example.A"],"fields":[{"b":2,"a":1,"default":0,"order":"ascending","type":{"type":"double"},"name":"d"},{"type":{"scale":2,"connect.name":"D","precision":4,"logicalType":"decimal","type":"bytes"},"name":"t"}],"name":"org.example.R","type":"record"}'
  assert.equal(avroFormat.parse(written).normalized(), plain)
  assert.equal(avroFormat.parse(plain).normalized(), plain)
})

test('what stands between two schemas is told in the words of Confluent’s registry', () => {
  const writer = record('{"name":"a","type":"string"}')
  const reader = record('{"name":"a","type":"int"},{"name":"b","type":"string"}')
  assert.deepEqual(reader.incompatibilities(writer), [
    "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the %s schema does not match with the %s schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'}",
    "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the %s schema has no default value and is missing in the %s schema', additionalInfo:'b'}",
  ])
  assert.deepEqual(writer.incompatibilities(reader).length, 1)
  assert.deepEqual(writer.incompatibilities(writer), [])
})

const wrong: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['no JSON', '{"type":', /invalid at 1:9: the JSON text ends too early/],
  ['no type', '{"name":"R"}', /it has no type/],
  ['a number', '7', /a type is expected/],
  ['a type within a type', '{"type":{"type":"string"}}', /it has no type/],
  ['a record without fields', '{"type":"record","name":"R"}', /the record 'R' has no fields/],
  ['a field without a name', recordText('{"type":"int"}'), /at \/fields\/0: it has no name/],
  [
    'a field without a type',
    recordText('{"name":"a"}'),
    /at \/fields\/0\/type: a type is expected/,
  ],
  [
    'a field twice',
    recordText('{"name":"a","type":"int"},{"name":"a","type":"int"}'),
    /the field 'a' twice/,
  ],
  ['a name with a dash', recordText('{"name":"a-b","type":"int"}'), /the field "a-b" has other/],
  ['a namespace with a dash', '{"type":"fixed","name":"a-b.F","size":1}', /the namespace "a-b"/],
  ['a name of Avro’s own', '{"type":"fixed","name":"int","size":1}', /'int' is a type of Avro's/],
  ['a union in a union', '["null",["int"]]', /at \/1: a union may not hold a union/],
  ['a branch twice', '["int","null","int"]', /the union has 'int' twice/],
  ['an array without items', '{"type":"array"}', /at \/items: a type is expected/],
  ['a symbol twice', '{"type":"enum","name":"E","symbols":["A","A"]}', /the symbol 'A' twice/],
  [
    'an unknown default of an enum',
    '{"type":"enum","name":"E","symbols":["A"],"default":"B"}',
    /'B' is none of/,
  ],
  ['a negative size', '{"type":"fixed","name":"F","size":-1}', /at \/size: a whole number/],
  [
    'a default that does not fit',
    recordText('{"name":"a","type":"int","default":1.0}'),
    /at \/fields\/0\/default: it does not fit the type of the field 'a'/,
  ],
  [
    'a default that fits no branch',
    recordText('{"name":"a","type":["null","int"],"default":"x"}'),
    /it does not fit/,
  ],
  [
    'a second definition that differs',
    '[{"type":"fixed","name":"F","size":1},{"type":"map","values":{"type":"fixed","name":"F","size":2}}]',
    /'F' is defined already, and differently/,
  ],
  ['an unknown order', recordText('{"name":"a","type":"int","order":"up"}'), /one of ascending/],
  ['aliases that are no list', recordText('{"name":"a","type":"int","aliases":"b"}'), /a list/],
]

for (const [name, text, says] of wrong) {
  test(`a schema with ${name} is refused, and the error says why`, () => {
    assert.throws(() => avroFormat.parse(text), { code: 'invalid-schema', message: says })
  })
}

test('an error in a reference names the reference', () => {
  assert.throws(() => avroFormat.parse('"int"', new Map([['address', '{"type":"record"}']])), {
    code: 'invalid-schema',
    message: /at address#: it has no name/,
  })
})

test('schemas that are too large, too deep or without an end are refused', () => {
  const chain = Array.from(
    { length: 5000 },
    (_, index) =>
      `{"type":"record","name":"R${index}","fields":[{"name":"f","type":"R${index + 1}"}]}`,
  )
  const last = '{"type":"record","name":"R5000","fields":[]}'
  const hostile: readonly (readonly [string, RegExp])[] = [
    [`"${'x'.repeat(schemaLimits.mostCharacters)}"`, /1000000 are the most/],
    [nestedArrays(schemaLimits.deepestNesting + 1), /deeper than 500/],
    [`[${[...chain, last].join(',')}]`, /deeper than 200 levels within each other/],
    [
      recordText('{"name":"a","type":["null","R"],"default":{}}').replace('["null","R"]', '"R"'),
      /defaults contain themselves/,
    ],
  ]
  for (const [text, says] of hostile) {
    assert.throws(() => avroFormat.parse(text), { code: 'invalid-schema', message: says })
  }
})

test('names that every object has are names like others', () => {
  const schema = record(
    ['__proto__', 'constructor', 'toString']
      .map((name) => `{"name":"${name}","type":["null","string"],"default":null}`)
      .join(','),
  )
  const value = JSON.parse('{"__proto__":"a","constructor":"b","toString":null}')
  assert.deepEqual(schema.decode(schema.encode(value)), value)
  const absent = JSON.parse('{"__proto__":null,"constructor":null,"toString":null}')
  assert.deepEqual(schema.decode(schema.encode({})), absent)
})

function record(fields: string) {
  return avroFormat.parse(recordText(fields))
}

function recordText(fields: string): string {
  return `{"type":"record","name":"R","fields":[${fields}]}`
}

function nestedArrays(levels: number): string {
  return `${'{"type":"array","items":'.repeat(levels)}"int"${'}'.repeat(levels)}`
}
