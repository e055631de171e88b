import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, seededRandom } from '../base/random.ts'
import { FakeKafka } from './testing/fake-kafka.ts'
import { type Answer, openRegistry } from './testing/registries.ts'

type Ask = Awaited<ReturnType<typeof openRegistry>>['ask']

/** Everything but the times, which a record that is written again has anew. */
async function schemasOf(ask: Ask): Promise<unknown[]> {
  const { body } = await ask('GET', '/schemas?deleted=true')
  return body.map(({ ts: _ts, ...schema }: { ts: number }) => schema)
}

/** What compaction leaves: the last record of each key. */
function compacted({ records }: FakeKafka): FakeKafka {
  const kafka = new FakeKafka()
  kafka.exists = true
  const last = new Map(records.map((record) => [`${record.key}`, record]))
  for (const record of records.filter(({ key }) => key !== null)) {
    if (last.get(`${record.key}`) === record) kafka.append(`${record.key}`, record.value)
  }
  return kafka
}

test('registries on one topic agree, whatever is asked of them at the same time, also after compaction', async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  for (let run = 0; run < 5; run++) {
    const kafka = new FakeKafka()
    const registries = [await openRegistry(t, {}, kafka), await openRegistry(t, {}, kafka)]
    await registries[0]?.ask('PUT', '/config', { compatibility: 'NONE' })
    const told = new Map<string, string>()
    const act = async () => {
      const { ask } = pick(random, registries)
      const subject = pick(random, ['s', 't', ':.c:s'])
      const context = subject.startsWith(':') ? 'c' : ''
      const version = between(random, 1, 4)
      const schema = `field${between(random, 1, 8)}`
      const permanent = random.next() < 0.5 ? '?permanent=true' : ''
      const register = async () => {
        const answer = await ask('POST', `/subjects/${subject}/versions`, { schema })
        if (answer.status !== 200) return answer
        const id = `${context}/${answer.body.id}`
        assert.equal(told.get(id) ?? schema, schema, `id ${id} has one schema`)
        told.set(id, schema)
        return answer
      }
      const actions: (() => Promise<Answer>)[] = [
        ...[register, register, register],
        () => ask('DELETE', `/subjects/${subject}/versions/${version}${permanent}`),
        () => ask('DELETE', `/subjects/${subject}${permanent}`),
      ]
      const { status, body } = await pick(random, actions)()
      assert.ok(status < 500, JSON.stringify(body))
    }
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 6 }, act))
    }
    const [expected, ...others] = await Promise.all(
      [
        ...registries,
        await openRegistry(t, {}, kafka),
        await openRegistry(t, {}, compacted(kafka)),
      ].map(async ({ ask }) => {
        // A change waits for everything before it.
        await ask('PUT', '/config/last', { normalize: true })
        return await schemasOf(ask)
      }),
    )
    for (const other of others) assert.deepEqual(other, expected)
  }
})
