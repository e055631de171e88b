import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaLimits } from '../schemas/limits.ts'
import { jsonSchemaFormat } from './index.ts'

test('the text of a schema is what was written, without the space between', () => {
  const text = '{ "type" : "number" , "maximum" : 1e3 , "10": 1.0, "2": "ü" }'
  const schema = jsonSchemaFormat.parse(text)
  assert.equal(schema.canonical, '{"type":"number","maximum":1000.0,"10":1.0,"2":"ü"}')
  assert.equal(schema.formatted(), schema.canonical)
  assert.equal(schema.normalized(), '{"10":1.0,"2":"ü","maximum":1000.0,"type":"number"}')
})

test('each draft is validated by its own rules, and draft 7 where none is named', () => {
  const exclusive = (draft: string, limit: unknown) => ({
    ...(draft === '' ? {} : { $schema: draft }),
    minimum: 1,
    exclusiveMinimum: limit,
  })
  const valid = (schema: unknown, value: unknown) => parse(schema).validate(value) === undefined
  assert.equal(valid(exclusive('http://json-schema.org/draft-04/schema#', true), 1), false)
  for (const draft of [
    '',
    'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft-07/schema',
    'https://json-schema.org/draft/2019-09/schema',
    'https://json-schema.org/draft/2020-12/schema',
  ]) {
    assert.equal(valid(exclusive(draft, 1), 1), false, draft)
    assert.equal(valid(exclusive(draft, 1), 2), true, draft)
    assert.throws(() => parse(exclusive(draft, true)), { code: 'invalid-schema' }, draft)
  }
  const newest = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    prefixItems: [true, false],
  }
  assert.equal(valid(newest, [1, 2]), false)
})

test('a value that does not fit is told with its path', () => {
  const schema = parse({
    properties: {
      readings: { items: { required: ['power'], properties: { power: { type: 'number' } } } },
    },
  })
  assert.equal(schema.validate({ readings: [{ power: 1 }] }), undefined)
  assert.equal(
    schema.validate({ readings: [{ power: 1 }, { power: 'x' }] }),
    'the value at /readings/1/power must be number',
  )
  assert.equal(parse({ type: 'object' }).validate(7), 'the value must be object')
  const dated = parse({ type: 'string', format: 'date-time' })
  assert.equal(dated.validate('2026-11-21T10:00:00Z'), undefined)
  assert.match(dated.validate('yesterday') ?? '', /must match format "date-time"/)
})

const address =
  '{"type":"object","properties":{"street":{"type":"string"}},"definitions":{"zip":{"type":"integer"}}}'

for (const [name, root] of [
  [
    'their names',
    {
      properties: {
        place: { $ref: 'address.json' },
        zip: { $ref: 'address.json#/definitions/zip' },
      },
    },
  ],
  [
    'their names beside the schema’s $id',
    {
      $id: 'http://example.org/schemas/customer.json',
      properties: {
        place: { $ref: 'address.json' },
        zip: { $ref: 'http://example.org/schemas/address.json#/definitions/zip' },
      },
    },
  ],
  [
    '$defs, whatever they are called there',
    { properties: { place: { $ref: 'address.json' }, zip: { $ref: 'address.json#/$defs/zip' } } },
  ],
] as const) {
  test(`references are found by ${name}`, () => {
    const schema = parse(root, new Map([['address.json', address]]))
    assert.equal(schema.validate({ place: { street: 'a' }, zip: 1 }), undefined)
    assert.match(schema.validate({ place: { street: 1 } }) ?? '', /\/place\/street must be string/)
    assert.match(schema.validate({ zip: 'x' }) ?? '', /\/zip must be integer/)
    const narrower = address.replace('"string"', '"boolean"')
    const changed = parse(root, new Map([['address.json', narrower]]))
    assert.deepEqual(changed.incompatibilities(schema), [
      `{errorType:"TYPE_CHANGED", description:"A type at path '#/properties/place/properties/street' is different between the %s schema and the %s schema'}`,
    ])
  })
}

test('a reference within the schema is found by pointer, $id and anchor', () => {
  const schema = parse({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'http://example.org/root.json',
    properties: { a: { $ref: '#/$defs/a~1b' }, b: { $ref: 'b.json' }, c: { $ref: '#c' } },
    $defs: {
      'a/b': { type: 'string' },
      b: { $id: 'http://example.org/b.json', type: 'integer' },
      c: { $anchor: 'c', type: 'boolean' },
    },
  })
  assert.equal(schema.validate({ a: 'x', b: 1, c: true }), undefined)
  for (const wrong of [{ a: 1 }, { b: 'x' }, { c: 1 }]) {
    assert.notEqual(schema.validate(wrong), undefined, JSON.stringify(wrong))
  }
})

test('what stands beside a reference counts since draft 2019-09', () => {
  const schema = {
    definitions: { any: {} },
    properties: { a: { $ref: '#/definitions/any', maxLength: 1 } },
  }
  assert.equal(parse(schema).validate({ a: 'long' }), undefined)
  const modern = { $schema: 'https://json-schema.org/draft/2019-09/schema', ...schema }
  assert.match(parse(modern).validate({ a: 'long' }) ?? '', /at \/a must NOT have more/)
})

test('a reference that leads nowhere is unresolved, and nothing is fetched', () => {
  for (const $ref of ['other.json', '#/definitions/none', 'http://localhost:1/schema.json']) {
    assert.throws(() => parse({ properties: { a: { $ref } } }), {
      code: 'unresolved-reference',
      message: new RegExp($ref.replaceAll('/', '\\/')),
    })
  }
  assert.doesNotThrow(() => parse({ const: { $ref: 'no reference' } }))
})

const wrong: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['no JSON', '{"type":', /at 1:9: the JSON text ends too early/],
  ['a number', '7', /a schema is an object, true or false/],
  ['an unknown type', '{"properties":{"a":{"type":"strng"}}}', /at \/properties\/a\/type/],
  ['a negative length', '{"maxLength":-1}', /at \/maxLength/],
]

for (const [name, text, says] of wrong) {
  test(`a schema that is ${name} is refused, and the error says where`, () => {
    assert.throws(() => jsonSchemaFormat.parse(text), { code: 'invalid-schema', message: says })
  })
}

test('a pattern that backtracks for ever elsewhere answers at once', () => {
  const slow = `${'a'.repeat(5000)}!`
  assert.match(parse({ pattern: '^(a+)+$' }).validate(slow) ?? '', /must match pattern/)
  const closed = (properties: object) =>
    parse({ patternProperties: { '^(a+)+$': {} }, additionalProperties: false, properties })
  assert.equal(closed({}).incompatibilities(closed({ [slow]: {} })).length, 1)
})

test('a pattern without a linear form is refused when a value comes', () => {
  for (const pattern of ['(?=a)b', '(a)\\1', '\\p{L}']) {
    const schema = parse({ pattern })
    assert.throws(() => schema.validate('a'), { code: 'invalid-schema', message: /safely/ })
  }
})

test('schemas that are too large, too deep or circular crash nothing', () => {
  const deep = schemaLimits.deepestNesting
  const nested = `${'{"not":'.repeat(deep - 1)}{}${'}'.repeat(deep - 1)}`
  const schema = jsonSchemaFormat.parse(nested)
  assert.deepEqual(schema.incompatibilities(jsonSchemaFormat.parse(nested)), [])
  assert.throws(() => jsonSchemaFormat.parse(`{"not":${nested.replace('{}', '{"not":{}}')}}`), {
    code: 'invalid-schema',
  })
  assert.throws(() => jsonSchemaFormat.parse(`"${'x'.repeat(schemaLimits.mostCharacters)}"`), {
    code: 'invalid-schema',
  })
  const circle = parse({
    $ref: '#/definitions/a',
    definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } },
  })
  assert.deepEqual(circle.incompatibilities(circle), [])

  const list = parse({ properties: { next: { $ref: '#' } } })
  let value: object = {}
  for (let level = 0; level < 100_000; level++) value = { next: value }
  assert.equal(list.validate(value), 'the value nests too deep to be validated')
})

test('comparing unions that hold each other takes bounded time', () => {
  const union = (type: string) => {
    const names = Array.from({ length: 40 }, (_, index) => `T${index}`)
    const oneOf = names.map((name) => ({ $ref: `#/definitions/${name}` }))
    const definitions = Object.fromEntries(
      names.map((name) => [
        name,
        { properties: { kind: { const: name }, id: { type }, next: { oneOf } } },
      ]),
    )
    return parse({ oneOf, definitions })
  }
  assert.deepEqual(union('string').incompatibilities(union('string')), [])
  assert.notDeepEqual(union('integer').incompatibilities(union('string')), [])
})

test('names that every object has are names like others', () => {
  const properties = JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}')
  const schema = parse({ type: 'object', properties })
  const open = parse({ type: 'object' })
  assert.equal(schema.incompatibilities(open).length, 2)
  assert.equal(schema.validate({}), undefined)
})

function parse(schema: unknown, references = new Map<string, string>()) {
  return jsonSchemaFormat.parse(JSON.stringify(schema), references)
}
