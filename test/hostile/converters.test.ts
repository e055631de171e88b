/** Records that were damaged on their way, or that never were what their schema says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pick, type Random, seededRandom } from '../../src/base/random.ts'
import { FakeRegistry } from '../../src/client/registry/testing/fake-registry.ts'
import { readConverter } from '../../src/connect/converters/open.ts'
import { DataError } from '../../src/connect/kit/errors.ts'
import { logicalSchemas } from '../../src/connect/values/logical.ts'
import { below, plain } from '../helpers/connect-records.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const rounds = 3000

const place = plain('struct', {
  name: 'Place',
  fields: [{ name: 'hall', schema: plain('string', { optional: true }) }],
})
const schema = plain('struct', {
  name: 'Reading',
  fields: [
    { name: 'id', schema: plain('int64') },
    { name: 'at', schema: logicalSchemas.timestamp },
    { name: 'text', schema: plain('string') },
    { name: 'place', schema: { ...place, optional: true } },
    { name: 'tags', schema: plain('array', { values: plain('string') }) },
    { name: 'by', schema: plain('map', { keys: plain('string'), values: plain('int32') }) },
  ],
})
const value = {
  id: 2n ** 60n,
  at: new Date(1_700_000_000_123),
  text: 'tidal mill',
  place: { hall: 'A' },
  tags: ['a', 'b'],
  by: new Map([['x', 1]]),
}

for (const [name, type] of [
  ['AvroConverter', 'AVRO'],
  ['JsonSchemaConverter', 'JSON'],
  ['ProtobufConverter', 'PROTOBUF'],
] as const) {
  test(`${name} refuses damaged values as errors of their records, and nothing else happens`, async () => {
    await using registry = await FakeRegistry.open()
    registry.answers.set('POST /subjects/t-value/versions?normalize=false', { body: { id: 1 } })
    const config = { 'value.converter': name, 'schema.registry.url': registry.url }
    const opened = readConverter('value', config, {})
    assert.ok(opened.open)
    const converter = await opened.open()
    const bytes = await converter.fromConnect('t', schema, value)
    assert.ok(bytes)
    const { body } = registry.requests[0] as { body: { schema: string } }
    const byId = { body: { schema: body.schema, schemaType: type } }
    registry.answers.set('GET /schemas/ids/1?subject=t-value&fetchMaxId=false', byId)
    const whole = await converter.toConnect('t', bytes)
    assert.deepEqual((whole.value as typeof value).by, value.by)

    const random = seededRandom(seed)
    let refused = 0
    for (let round = 0; round < rounds; round++) {
      try {
        // The id stays, so that nothing is fetched.
        await converter.toConnect('t', damaged(bytes, random))
      } catch (error) {
        assert.ok(error instanceof DataError, `SEED=${seed}: ${(error as Error).stack}`)
        refused++
      }
    }
    assert.ok(refused > rounds / 10, `${refused} of ${rounds} were refused, SEED=${seed}`)
  })
}

/** A few bytes changed, cut off or put in behind the schema's id. */
function damaged(bytes: Buffer, random: Random): Buffer {
  const head = bytes.subarray(0, 5)
  const at = () => below(random, bytes.length - 5)
  const payload = Buffer.from(bytes.subarray(5))
  for (let left = 1 + below(random, 4); left > 0; left--) payload[at()] = below(random, 256)
  const end = at()
  const cut = payload.subarray(0, end)
  const longer = Buffer.concat([cut, random.bytes(below(random, 20)), payload.subarray(end)])
  return Buffer.concat([head, pick(random, [payload, payload, cut, longer])])
}
