/** What leat's Avro converter writes, Confluent's client for Python reads, and the other way round. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { FakeRegistry } from '../../src/client/registry/testing/fake-registry.ts'
import { readConverter } from '../../src/connect/converters/open.ts'
import { plain, randomSchema, randomValue } from '../helpers/connect-records.ts'
import { pythonOf, requirePeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const peer = 'confluent-serializers-2.15.0'
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const rounds = 150

/** Reads each value with its schema, and writes it again. */
const program = `
import io, json, sys
from fastavro import parse_schema, schemaless_reader, schemaless_writer
for line in sys.stdin:
    asked = json.loads(line)
    schema = parse_schema(json.loads(asked["schema"]))
    value = schemaless_reader(io.BytesIO(bytes.fromhex(asked["bytes"])), schema)
    out = io.BytesIO()
    schemaless_writer(out, schema, value)
    print(out.getvalue().hex())
`

test('Python reads what the Avro converter writes, and writes what it reads', async (t) => {
  if (requirePeer(t, peer) === undefined) return
  const register = 'POST /subjects/t-value/versions?normalize=false'
  await using registry = await FakeRegistry.open()
  registry.answers.set(register, { body: { id: 1 } })
  const url = { 'schema.registry.url': registry.url }
  const random = seededRandom(seed)
  const written: { schema: string; bytes: Buffer; value: unknown }[] = []
  for (let round = 0; round < rounds; round++) {
    const fields = ['a', 'b', 'c'].map((name, index) => ({
      name,
      schema: { ...randomSchema(random, 2), ...(index === 0 && { optional: true }) },
    }))
    const schema = plain('struct', { name: `R${round}`, fields })
    const value = randomValue(schema, random)
    const converter = await open(url)
    const bytes = await converter.fromConnect('t', schema, value)
    assert.ok(bytes)
    const { body } = registry.requests.at(-1) as { body: { schema: string } }
    written.push({ schema: body.schema, bytes, value })
  }
  const output = await outputOf([pythonOf(peer), '-c', program], {
    input: written
      .map(
        ({ schema, bytes }) =>
          `${JSON.stringify({ schema, bytes: bytes.subarray(5).toString('hex') })}\n`,
      )
      .join(''),
  })
  const answers = output.trimEnd().split('\n')
  assert.equal(answers.length, written.length)
  for (const [index, { schema, bytes, value }] of written.entries()) {
    const again = Buffer.concat([bytes.subarray(0, 5), Buffer.from(answers[index] ?? '', 'hex')])
    registry.answers.set('GET /schemas/ids/1?subject=t-value&fetchMaxId=false', {
      body: { schema },
    })
    const read = await (await open(url)).toConnect('t', again)
    const expected = await (await open(url)).toConnect('t', bytes)
    assert.deepEqual(read.value, expected.value, `SEED=${seed}, ${schema}`)
    assert.deepEqual(Object.keys(read.value as object), Object.keys(value as object))
  }
})

async function open(config: Record<string, string>) {
  const read = readConverter('value', { 'value.converter': 'AvroConverter', ...config }, {})
  assert.ok(read.open)
  return read.open()
}
