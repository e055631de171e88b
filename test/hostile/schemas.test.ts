/** What is registered as a schema may be anything. The registry says what is wrong with it, and goes on. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { SchemaMaker } from '../../src/formats/avro/testing/random-schemas.ts'
import { randomSchema as randomJson } from '../../src/formats/json-schema/testing/random-schemas.ts'
import { randomSchema as randomProtobuf } from '../../src/formats/protobuf/testing/random-schema.ts'
import { RegistryDoor } from '../../src/registry/index.ts'
import { startBrokerAndClient } from '../helpers/broker.ts'
import { heapBytes, mostGrowthBytes, mutate } from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const documents = points('FUZZ_SCHEMAS', { few: 300, all: 10_000 })
/** Far more than any document takes on an idle machine. */
const longestMs = 60_000

type Type = 'AVRO' | 'JSON' | 'PROTOBUF'

const range = (count: number) => Array.from({ length: count }, (_, index) => index)
const deep = (count: number, open: string, inside: string, close: string) =>
  open.repeat(count) + inside + close.repeat(count)
const avroRecord = (name: string, fields: readonly object[]) => ({ type: 'record', name, fields })

/** Each begins small and wants to become large, deep, endless or something else than it says. */
const monsters: readonly (readonly [title: string, type: Type, text: string])[] = [
  ['arrays in arrays', 'AVRO', deep(50_000, '{"type":"array","items":', '"int"', '}')],
  ['brackets alone', 'AVRO', '['.repeat(900_000)],
  [
    'records in records',
    'AVRO',
    deep(5000, '{"type":"record","name":"a","fields":[{"name":"f","type":', '"int"', '}]}'),
  ],
  ['a record of itself', 'AVRO', JSON.stringify(avroRecord('R', [{ name: 'r', type: 'R' }]))],
  [
    'names that double',
    'AVRO',
    JSON.stringify(
      range(40).reduceRight<object | string>(
        (inside, at) =>
          avroRecord(`R${at}`, [
            { name: 'a', type: inside },
            { name: 'b', type: at === 39 ? 'int' : `R${at + 1}` },
          ]),
        'int',
      ),
    ),
  ],
  [
    'an enum of many',
    'AVRO',
    JSON.stringify({ type: 'enum', name: 'E', symbols: range(60_000).map((at) => `S${at}`) }),
  ],
  [
    'a union of many',
    'AVRO',
    JSON.stringify(range(5000).map((at) => ({ type: 'fixed', name: `F${at}`, size: 1 }))),
  ],
  ['a fixed of all memory', 'AVRO', '{"type":"fixed","name":"F","size":9007199254740991}'],
  ['a fixed of less than nothing', 'AVRO', '{"type":"fixed","name":"F","size":-1}'],
  [
    'a default without end',
    'AVRO',
    `{"type":"record","name":"R","fields":[{"name":"f","type":"double","default":1${'0'.repeat(400)}}]}`,
  ],
  [
    'names of objects',
    'AVRO',
    '{"type":"record","name":"__proto__","fields":[{"name":"constructor","type":"int","__proto__":{}}]}',
  ],
  ['no text', 'AVRO', '\ud800\u0000\uffff'],
  ['schemas in schemas', 'JSON', deep(50_000, '{"not":', '{}', '}')],
  ['a reference to itself', 'JSON', '{"$ref":"#"}'],
  [
    'references in a circle',
    'JSON',
    '{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}',
  ],
  [
    'definitions that double',
    'JSON',
    JSON.stringify({
      definitions: Object.fromEntries(
        range(60).map((at) => [
          `d${at}`,
          {
            properties: {
              a: { $ref: `#/definitions/d${at + 1}` },
              b: { $ref: `#/definitions/d${at + 1}` },
            },
          },
        ]),
      ),
      $ref: '#/definitions/d0',
    }),
  ],
  ['a pattern that backtracks', 'JSON', '{"pattern":"^(a+)+$","patternProperties":{"^(.*)*$":{}}}'],
  ['an enum of many', 'JSON', JSON.stringify({ enum: range(100_000) })],
  [
    'all of many',
    'JSON',
    JSON.stringify({
      allOf: range(100).map((at) => ({ anyOf: [{ const: at }, { minimum: at }] })),
    }),
  ],
  ['a place on the network', 'JSON', '{"$ref":"http://127.0.0.1:1/schema.json"}'],
  ['a file', 'JSON', '{"$ref":"file:///etc/passwd"}'],
  [
    'a property of all objects',
    'JSON',
    '{"properties":{"__proto__":{"type":"string"},"constructor":{"$ref":"#/properties/__proto__"}}}',
  ],
  ['a number without end', 'JSON', `{"multipleOf":0.${'0'.repeat(400)}1,"maximum":1e999}`],
  ['messages in messages', 'PROTOBUF', deep(5000, 'message A {', '', '}')],
  [
    'many messages',
    'PROTOBUF',
    range(30_000)
      .map((at) => `message M${at} {}`)
      .join(''),
  ],
  [
    'a message of itself',
    'PROTOBUF',
    'syntax = "proto3"; message A { A a = 1; map<string, A> b = 2; }',
  ],
  [
    'a constant of many values',
    'PROTOBUF',
    `enum E { ${range(40_000)
      .map((at) => `C${at} = ${at};`)
      .join('')} }`,
  ],
  ['an option in an option', 'PROTOBUF', `option (a) = ${deep(5000, '{ a: ', '1', '}')};`],
  ['a text that does not end', 'PROTOBUF', `option java_package = "${'\\'.repeat(100_001)}`],
  ['a comment that does not end', 'PROTOBUF', `/*${'*'.repeat(500_000)}`],
  ['a dotted name of many parts', 'PROTOBUF', `message A { ${'.a'.repeat(100_000)} b = 1; }`],
  [
    'ranges of everything',
    'PROTOBUF',
    `message A { reserved ${range(20_000)
      .map((at) => `${at + 1} to max`)
      .join(',')}; }`,
  ],
  [
    'an import of itself',
    'PROTOBUF',
    'import "default"; import public "../../etc/passwd"; message A {}',
  ],
  ['a descriptor that is none', 'PROTOBUF', Buffer.alloc(300_000, 0x0a).toString('base64')],
]

async function openVictim(t: TestContext) {
  const { client, inner } = await startBrokerAndClient(t)
  const door = await RegistryDoor.open({ listeners: [{ host: '127.0.0.1', port: 0 }], client })
  inner.after(() => door.close())
  const url = `http://127.0.0.1:${door.addresses[0]?.port}`
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(longestMs),
    })
    const said = (await answer.json()) as { message?: string; error_code?: number }
    const isClear = answer.status < 300 || (said.message ?? '') !== ''
    assert.ok(answer.status < 500 && isClear, `${answer.status} ${JSON.stringify(said)}`)
    return { status: answer.status, said }
  }
  return { ask }
}

test('documents that want to be large, deep or endless are answered, and a neighbour is too', async (t) => {
  const { ask } = await openVictim(t)
  const neighbour = { schema: '{"type":"string"}' }
  await ask('POST', '/subjects/neighbour/versions', neighbour)
  for (const [at, [title, schemaType, schema]] of monsters.entries()) {
    const told = async (path: string, text: string) => {
      try {
        return await ask('POST', path, { schemaType, schema: text })
      } catch (error) {
        throw new Error(`${schemaType}, ${title}: ${path}`, { cause: error })
      }
    }
    const { status } = await told(`/subjects/m${at}/versions`, schema)
    // What is taken is compared, too, with itself and a little more.
    if (status === 200) {
      await told(`/subjects/m${at}/versions?normalize=true`, schema)
      await told(`/compatibility/subjects/m${at}/versions?verbose=true`, `${schema} `)
    }
    assert.equal((await ask('POST', '/subjects/neighbour', neighbour)).status, 200)
  }
})

test('schemas that refer to each other in a circle, or to what is not there, are refused', async (t) => {
  const { ask } = await openVictim(t)
  const schemaType = 'PROTOBUF'
  const text = (name: string, other: string) =>
    `syntax = "proto3"; import "${other}"; message ${name} { ${other} o = 1; }`
  const refer = (subject: string, version: number) => [{ name: subject, subject, version }]
  const register = (subject: string, schema: string, references: object[]) =>
    ask('POST', `/subjects/${subject}/versions`, { schemaType, schema, references })
  // A subject cannot name a version that it does not have yet: so there is no way into a circle …
  assert.equal((await register('a', text('a', 'b'), refer('b', 1))).status, 422)
  assert.equal((await register('a', text('a', 'a'), refer('a', 1))).status, 422)
  // … but by a later version of what is referred to.
  assert.equal((await register('b', 'syntax = "proto3"; message b {}', [])).status, 200)
  assert.equal((await register('a', text('a', 'b'), refer('b', 1))).status, 200)
  await ask('PUT', '/config/b', { compatibility: 'NONE' })
  const circle = await register('b', text('b', 'a'), refer('a', 1))
  assert.ok([200, 422].includes(circle.status))
  const chain = range(60)
  for (const at of chain) {
    const references = at === 0 ? [] : refer(`c${at - 1}`, 1)
    const schema = at === 0 ? 'message c0 {}' : text(`c${at}`, `c${at - 1}`)
    await register(`c${at}`, schema, references)
  }
  assert.equal((await ask('GET', '/subjects')).status, 200)
})

test(`${documents} damaged schemas are taken or refused with the reason, and fill nothing (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { ask } = await openVictim(t)
  await ask('PUT', '/config', { compatibility: 'FULL_TRANSITIVE' })
  const send = async () => {
    const { schemaType, schema } = anyDocument(random)
    const subject = `s${between(random, 0, 5)}`
    const path = pick(random, [`/subjects/${subject}/versions`, `/subjects/${subject}`])
    const body = { schemaType, schema }
    try {
      const { status } = await ask('POST', path, body)
      if (random.next() < 0.2) await ask('DELETE', `/subjects/${subject}`)
      return status
    } catch (error) {
      throw new Error(`SEED=${seed} ${JSON.stringify(body)}`, { cause: error })
    }
  }
  for (let round = 0; round < 100; round++) await send()
  const before = heapBytes()
  let taken = 0
  for (let done = 0; done < documents; done++) if ((await send()) === 200) taken += 1
  assert.ok(taken > documents / 50, `${taken} of ${documents} were taken, SEED=${seed}`)
  assert.ok(heapBytes() - before < mostGrowthBytes)
})

function anyDocument(random: Random): { schemaType: Type; schema: string } {
  const makers = {
    AVRO: () => JSON.stringify(new SchemaMaker(random).schema()),
    JSON: () => JSON.stringify(randomJson(random, 4)),
    PROTOBUF: () => randomProtobuf(random).text,
  }
  const schemaType = pick(random, ['AVRO', 'JSON', 'PROTOBUF'] as const)
  const text = makers[schemaType]()
  const schema = random.next() < 0.5 ? text : `${mutate(Buffer.from(text), random)}`
  return { schemaType, schema }
}
