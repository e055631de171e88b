import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../../base/bytes.ts'
import { LeatError } from '../../base/errors.ts'
import { between, pick, type Random, seededRandom } from '../../base/random.ts'
import { type AvroSchema, avroFormat } from './index.ts'
import { changed, type SchemaJson, SchemaMaker } from './testing/random-schemas.ts'
import { ValueMaker } from './testing/random-values.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const rounds = 300

test('values of any schema come back as they were', () => {
  const random = seededRandom(seed)
  for (const { json, schema } of schemas(random)) {
    const { value, bytes } = written(random, json, schema)
    assert.deepEqual(schema.decode(bytes), value, `SEED=${seed} ${JSON.stringify(json)}`)
  }
})

test('bytes that were cut or changed are values or malformed, never anything else', () => {
  const random = seededRandom(seed)
  for (const { json, schema } of schemas(random)) {
    const { bytes } = written(random, json, schema)
    for (let round = 0; round < 10; round++) {
      outcome(() => schema.decode(damaged(random, bytes)), MalformedBytes, json)
    }
  }
})

test('a schema that reads another’s bytes gives a value or says that it cannot', () => {
  const random = seededRandom(seed)
  let reads = 0
  for (const { json, schema } of schemas(random)) {
    const other = parsed(JSON.stringify(changed(random, json)))
    if (other === undefined) continue
    const { bytes } = written(random, json, schema)
    const isCompatible = other.incompatibilities(schema).length === 0
    const read = () => other.reader(schema).decode(bytes)
    if (isCompatible) assert.doesNotThrow(read, `SEED=${seed} ${JSON.stringify(json)}`)
    else outcome(read, LeatError, json)
    reads += isCompatible ? 1 : 0
  }
  assert.ok(reads > rounds / 10, `only ${reads} were compatible, SEED=${seed}`)
})

test('texts that were changed anyhow are schemas or refused, never anything else', () => {
  const random = seededRandom(seed)
  for (let round = 0; round < rounds; round++) {
    const text = JSON.stringify(new SchemaMaker(random).schema())
    for (let change = 0; change < 5; change++) {
      const mutated = mutatedText(random, text)
      outcome(() => avroFormat.parse(mutated).normalized(), LeatError, mutated)
    }
  }
})

test('the deepest schema that is taken is compared, encoded and decoded too', () => {
  const chain = (length: number) =>
    Array.from({ length }, (_, index) => ({
      type: 'record',
      name: `R${index}`,
      fields: [{ name: 'f', type: index + 1 < length ? ['null', `R${index + 1}`] : 'int' }],
    }))
  const lengths = Array.from({ length: 300 }, (_, index) => index + 1)
  const taken = lengths.filter((length) => parsed(JSON.stringify(chain(length))))
  const deepest = taken.at(-1) ?? 0
  assert.ok(deepest >= 100, `only ${deepest} records may lie within each other`)
  const schema = avroFormat.parse(JSON.stringify(chain(deepest)))
  let value: unknown = { f: 1 }
  for (let level = 1; level < deepest; level++) value = { f: value }
  assert.deepEqual(schema.decode(schema.encode(value)), value)
  assert.deepEqual(schema.incompatibilities(schema), [])
  assert.equal(avroFormat.parse(schema.normalized()).canonical, schema.canonical)
})

test('two schemas that multiply each other are refused within bounded time', () => {
  const cycle = (length: number) =>
    Array.from({ length }, (_, index) => ({
      type: 'record',
      name: `R${index}`,
      fields: [{ name: 'f', type: ['null', `R${(index + 1) % length}`] }],
    }))
  const wide = (prefix: string, type: string) =>
    Array.from({ length: 3000 }, (_, index) => ({
      type: 'record',
      name: `${prefix}${index}`,
      fields: [{ name: prefix, type }],
    }))
  for (const [one, other] of [
    [cycle(90), cycle(89)],
    [wide('A', 'int'), wide('B', 'string')],
  ]) {
    const reader = avroFormat.parse(JSON.stringify(one))
    const writer = avroFormat.parse(JSON.stringify(other))
    assert.match(`${reader.incompatibilities(writer)}`, /too large to be compared/)
    assert.throws(() => reader.reader(writer), { code: 'invalid-schema', message: /too large/ })
  }
})

function schemas(random: Random): { json: SchemaJson; schema: AvroSchema }[] {
  return Array.from({ length: rounds }, () => {
    const json = new SchemaMaker(random).schema()
    const schema = parsed(JSON.stringify(json))
    return schema === undefined ? [] : [{ json, schema }]
  }).flat()
}

function written(random: Random, json: SchemaJson, schema: AvroSchema) {
  const value = new ValueMaker(random, json).value(json)
  try {
    return { value, bytes: schema.encode(value) }
  } catch (cause) {
    throw new Error(`SEED=${seed} ${JSON.stringify(json)}`, { cause })
  }
}

function parsed(text: string): AvroSchema | undefined {
  try {
    return avroFormat.parse(text)
  } catch {
    return undefined
  }
}

function outcome(run: () => unknown, kind: new (...args: never[]) => Error, story: unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof kind)) {
      throw new Error(`SEED=${seed} ${JSON.stringify(story)}`, { cause: error })
    }
  }
}

function damaged(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes.subarray(0, between(random, 0, bytes.length)))
  if (random.next() < 0.5 && bytes.length > 0) {
    const whole = Buffer.from(bytes)
    whole[between(random, 0, whole.length - 1)] = between(random, 0, 255)
    return whole
  }
  return copy
}

function mutatedText(random: Random, text: string): string {
  const at = between(random, 0, text.length - 1)
  const to = at + between(random, 0, 8)
  const piece = pick(random, [
    '',
    '"',
    '{',
    '[',
    'null',
    '-1',
    ',',
    '__proto__',
    text.slice(at, to),
  ])
  return text.slice(0, at) + piece + text.slice(random.next() < 0.5 ? at : to)
}
