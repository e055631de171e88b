/** Two Avros for Python, Apache's and fastavro: both read what we write, and we read what they write. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Random, seededRandom } from '../../src/base/random.ts'
import { type AvroSchema, avroFormat } from '../../src/formats/avro/index.ts'
import { type SchemaJson, SchemaMaker } from '../../src/formats/avro/testing/random-schemas.ts'
import { ValueMaker } from '../../src/formats/avro/testing/random-values.ts'
import { pythonOf, requirePeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { program } from '../helpers/python.ts'

const peer = 'confluent-serializers-2.15.0'
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const rounds = 300

test('Apache’s avro and fastavro for Python read our values and write them back', async (t) => {
  if (requirePeer(t, peer) === undefined) return
  const random = seededRandom(seed)
  const examples = Array.from({ length: rounds }, () => example(random)).filter(
    (made) => made !== undefined,
  )
  const input = examples.map(({ text, bytes }) => JSON.stringify([text, bytes.toString('base64')]))
  const said = await outputOf([pythonOf(peer), program('avro_values.py')], {
    input: `${input.join('\n')}\n`,
    deadlineMs: 60_000,
  })
  const answers: (readonly Answer[])[] = JSON.parse(said)
  const read = [0, 0]
  for (const [index, { schema, value, text }] of examples.entries()) {
    for (const [reader, answer] of (answers[index] ?? []).entries()) {
      // Neither knows all of Java's rules for names; what they take for a schema they must read.
      if (answer.encoded === undefined) continue
      const story = `SEED=${seed}\n${text}`
      assert.deepEqual(answer.value, shown(value), story)
      // Where a union has several branches that Python tells apart in its own way, it may take another.
      if (hasPlainUnions(text)) {
        assert.deepEqual(schema.decode(Buffer.from(answer.encoded, 'base64')), value, story)
      }
      read[reader] = (read[reader] ?? 0) + 1
    }
  }
  const refused = answers.flat().flatMap(({ error }) => error ?? [])
  const story = `${read} of ${examples.length}, ${refused.slice(0, 5)}, SEED=${seed}`
  assert.ok(
    read.every((count) => count > examples.length * 0.6),
    story,
  )
})

interface Answer {
  readonly value?: unknown
  readonly encoded?: string
  readonly error?: string
}

interface Example {
  readonly schema: AvroSchema
  readonly text: string
  readonly value: unknown
  readonly bytes: Buffer
}

function example(random: Random): Example | undefined {
  // Their values of logical types are dates and decimals; here the bytes are compared.
  const json = withoutLogicalTypes(new SchemaMaker(random).schema())
  const text = JSON.stringify(json)
  const schema = parsed(text)
  if (schema === undefined) return undefined
  const value = new ValueMaker(random, json).value(json)
  return { schema, text, value, bytes: schema.encode(value) }
}

function withoutLogicalTypes(schema: SchemaJson): SchemaJson {
  return JSON.parse(JSON.stringify(schema).replaceAll('"logicalType"', '"was"'))
}

/** Some random schemas are wrong, such as unions with a branch twice. */
function parsed(text: string): AvroSchema | undefined {
  try {
    return avroFormat.parse(text)
  } catch {
    return undefined
  }
}

/** As the Python program shows values. */
function shown(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return { number: String(value) }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]))
}

/** Whether all unions are of null and one other type. */
function hasPlainUnions(text: string): boolean {
  const isPlain = (schema: unknown): boolean => {
    if (typeof schema !== 'object' || schema === null) return true
    if (Array.isArray(schema)) {
      const isOfOne = schema.length < 2 || (schema.length === 2 && schema.includes('null'))
      return isOfOne && schema.every(isPlain)
    }
    const { type, items, values, fields = [] } = schema as Record<string, unknown>
    const own = (fields as readonly { type: unknown }[]).map((field) => field.type)
    return [type, items, values, ...own].every(isPlain)
  }
  return isPlain(JSON.parse(text))
}
