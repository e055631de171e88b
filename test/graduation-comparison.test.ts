/** What the check at the end of a graduation sees, and what it lets pass. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { between, seededRandom } from '../src/base/random.ts'
import type { KafkaClient } from '../src/client/index.ts'
import { Comparison, ownMark } from '../src/graduation/comparison.ts'
import { startBrokerAndClient } from './helpers/broker.ts'

interface Copy {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: { readonly key: string; readonly value: Buffer | null }[]
  readonly timestamp: bigint
}

const count = 200

const original = (n: number): Copy => ({
  key: n % 3 === 0 ? null : Buffer.from(`k${n}`),
  value: n % 5 === 0 ? null : Buffer.from(`v${n}`),
  headers: n % 2 === 0 ? [{ key: 'h', value: null }] : [],
  timestamp: BigInt(1_750_000_000_000 + n),
})
const originals = Array.from({ length: count }, (_, n) => original(n))

/** Each is a copy that went wrong at one place. */
const damages: Record<string, (copies: Copy[], at: number, copy: Copy) => void> = {
  'another key': (copies, at, copy) => copies.splice(at, 1, { ...copy, key: Buffer.from('x') }),
  'a value that is empty instead of absent': (copies, at) =>
    copies.splice(at - (at % 5), 1, { ...original(at - (at % 5)), value: Buffer.alloc(0) }),
  'another header': (copies, at, copy) =>
    copies.splice(at, 1, { ...copy, headers: [{ key: 'h', value: Buffer.alloc(0) }] }),
  'another timestamp': (copies, at, copy) =>
    copies.splice(at, 1, { ...copy, timestamp: copy.timestamp + 1n }),
  'a record that is missing': (copies, at) => copies.splice(at, 1),
  'a record that is there twice': (copies, at, copy) => copies.splice(at, 0, copy),
  'two records in another order': (copies, at) => copies.push(...copies.splice(at, 1)),
  'a record too many at the end': (copies, _at, copy) => copies.push(copy),
}

test('whatever is wrong with one record of a copy, the check finds it', async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const sides = await twoSides(t)
  for (const [what, damage] of Object.entries(damages)) {
    const at = between(random, 0, count - 2)
    const copies = [...originals]
    damage(copies, at, original(at))
    const { difference } = await compared(sides, what.replaceAll(' ', '-'), copies)
    assert.match(difference ?? 'none', /^offset \d+ (here|there)/, `${what} at ${at}`)
  }
})

test('equal sides have equal checksums, and what graduation wrote itself is no difference', async (t) => {
  const own = { ...original(0), headers: [{ key: ownMark, value: null }] }
  const report = await compared(await twoSides(t), 'equal', [...originals, own])
  assert.equal(report.difference, undefined)
  assert.equal(report.records, count)
  assert.equal(report.checksumHere, report.checksumThere)
})

interface Sides {
  readonly source: KafkaClient
  readonly target: KafkaClient
}

async function twoSides(t: TestContext): Promise<Sides> {
  const [source, target] = [await startBrokerAndClient(t), await startBrokerAndClient(t)]
  return { source: source.client, target: target.client }
}

async function compared({ source, target }: Sides, topic: string, copies: readonly Copy[]) {
  await write(source, topic, originals)
  await write(target, topic, copies)
  const comparison = new Comparison(topic, 0)
  const bounds = { start: 0n, end: BigInt(count), endThere: BigInt(copies.length) }
  await comparison.advance(
    { source, target },
    { ...bounds, isCompacted: false, downstreamOf: (upstream) => upstream },
    { clock: systemClock, signal: new AbortController().signal },
  )
  return comparison.report
}

async function write(client: KafkaClient, topic: string, records: readonly Copy[]): Promise<void> {
  await client.createTopics([{ name: topic, partitions: 1 }])
  await using producer = client.producer()
  await Promise.all(records.map((record) => producer.send({ topic, partition: 0, ...record })))
}
