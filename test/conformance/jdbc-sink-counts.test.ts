/** Nothing lost and nothing twice: the JDBC sink under crashes, poison and takeovers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, type Random, seededRandom } from '../../src/base/random.ts'
import type { SinkTask } from '../../src/connect/kit/index.ts'
import { jdbcSink } from '../../src/connectors/jdbc/sink/plugins.ts'
import { deliver, openSinkTask, sinkRecord, structSchema } from '../helpers/connector-tasks.ts'
import { describeDatabases, type Place } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

const many = 200_000
const topic = 'Readings'
const partition = { topic, partition: 0 }

const schema = structSchema({
  ID: { type: 'int64', optional: false },
  text: { type: 'string', optional: true },
})

describeDatabases(`the JDBC sink (SEED=${seed})`, (place) => {
  test('200,000 records upserted by tasks that crash at random are 200,000 rows', async () => {
    const { config, ask } = await place()
    const upsert = { ...config, ...keyed, 'insert.mode': 'upsert' }
    const random = seededRandom(seed)
    let committed = 0
    while (committed < many) {
      await using task = await openSinkTask(jdbcSink, upsert)
      committed = await runUntilCrash(task, committed, random)
    }
    assert.deepEqual(await counted(ask), { rows: many, ids: many, last: many - 1 })
  })

  test('200,000 records inserted exactly once by tasks that crash at random are 200,000 rows', async () => {
    const { config, ask } = await place()
    const insert = { ...config, 'auto.create': 'true', consistency: 'exactly-once' }
    const random = seededRandom(seed + 1)
    let committed = 0
    while (committed < many) {
      await using task = await openSinkTask(jdbcSink, insert)
      const [position] = (await task.assigned?.([partition])) ?? []
      const from = position === undefined ? committed : Number(position.next)
      committed = Math.min(from, await runUntilCrash(task, from, random))
      if (from === many) committed = many
    }
    assert.deepEqual(await counted(ask), { rows: many, ids: many, last: many - 1 })
  })

  test('a database that is killed while it writes loses no row and has none twice', async () => {
    const { config, ask, server } = await place()
    const insert = { ...config, 'auto.create': 'true', consistency: 'exactly-once' }
    const random = seededRandom(seed + 2)
    await using task = await openSinkTask(jdbcSink, { ...insert, 'max.retries': '10000' })
    await task.assigned?.([partition])
    const kills = 3
    for (let kill = 0; kill < kills; kill++) {
      const from = kill * 10_000
      const writing = deliverAll(task, from, from + 10_000)
      await untilRows(ask, from + between(random, 1, 8_000))
      await server.kill()
      await server.start()
      await writing
    }
    assert.deepEqual(await counted(ask), { rows: 30_000, ids: 30_000, last: 29_999 })
  })

  test('poison at random places is refused alone, and every other record is a row', async () => {
    const { config, ask } = await place()
    const random = seededRandom(seed + 3)
    const upsert = { ...config, ...keyed, 'insert.mode': 'upsert' }
    await using task = await openSinkTask(jdbcSink, upsert)
    await deliver(task, [record(0)])
    await ask('ALTER TABLE "Readings" ADD CONSTRAINT small CHECK ("ID" < 1000000)')
    const poisoned = new Set(Array.from({ length: 40 }, () => between(random, 1, 9_999)))
    const refused: bigint[] = []
    for (let from = 0; from < 10_000; from += 1_000) {
      const batch = numbers(from, from + 1_000).map((id) => poison(id, poisoned, random))
      for (const { origin } of await deliver(task, batch)) refused.push(origin.offset)
    }
    assert.deepEqual(new Set(refused.map(Number)), poisoned)
    const { rows } = await counted(ask)
    assert.equal(rows, 10_000 - poisoned.size)
  })

  test('a task that lost its partition to another writes nothing more', async () => {
    const { config, ask } = await place()
    const insert = { ...config, 'auto.create': 'true', consistency: 'exactly-once' }
    await using zombie = await openSinkTask(jdbcSink, insert)
    assert.deepEqual(await zombie.assigned?.([partition]), [])
    await zombie.put([record(0), record(1)])
    await using heir = await openSinkTask(jdbcSink, insert)
    assert.deepEqual(await heir.assigned?.([partition]), [{ ...partition, next: 2n }])
    await assert.rejects(zombie.put([record(2)]), /Another task has taken over Readings-0/)
    await heir.put([record(1), record(2)])
    assert.deepEqual(await counted(ask), { rows: 3, ids: 3, last: 2 })
  })

  test('connectors of different names keep their positions apart', async () => {
    const { config } = await place()
    const insert = { ...config, 'auto.create': 'true', consistency: 'exactly-once' }
    await using one = await openSinkTask(jdbcSink, insert, 'one')
    await one.assigned?.([partition])
    await one.put([record(0)])
    await using other = await openSinkTask(jdbcSink, insert, 'One')
    assert.deepEqual(await other.assigned?.([partition]), [])
  })
})

const keyed = {
  ...{ 'pk.mode': 'record_value', 'pk.fields': 'ID' },
  ...{ 'auto.create': 'true', 'auto.evolve': 'true' },
}

function record(id: number) {
  const value = { ID: BigInt(id), text: `reading ${id}` }
  return sinkRecord({ topic, value, valueSchema: schema, offset: id })
}

/** Refused by the database, by its sizes, or by us; sometimes. */
function poison(id: number, poisoned: ReadonlySet<number>, random: Random) {
  const fine = record(id)
  if (!poisoned.has(id)) return fine
  const kinds = [
    { ID: BigInt(id) + 1_000_000n, text: 'beyond the check' },
    { ID: 2n ** 70n, text: 'beyond any column' },
    { ID: null, text: 'no key' },
    { ID: BigInt(id), text: { not: 'a text' } },
  ]
  return { ...fine, value: kinds[between(random, 0, kinds.length - 1)] }
}

/** Puts batches from an offset on; the offset that was committed before it crashed is an older one. */
async function runUntilCrash(task: SinkTask, from: number, random: Random): Promise<number> {
  let next = from
  let committed = from
  for (let puts = between(random, 1, 40); puts > 0 && next < many; puts--) {
    const end = Math.min(many, next + between(random, 1, 3_000))
    await task.put(numbers(next, end).map(record))
    next = end
    if (between(random, 1, 3) === 1) committed = next
  }
  return next === many ? many : committed
}

async function deliverAll(task: SinkTask, from: number, to: number): Promise<void> {
  for (let next = from; next < to; next += 500) {
    const refused = await deliver(task, numbers(next, next + 500).map(record))
    assert.deepEqual(refused, [])
  }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

type Ask = Place['ask']

async function counted(ask: Ask) {
  const [row = {}] = await ask(
    'SELECT COUNT(*) AS total, COUNT(DISTINCT "ID") AS ids, MAX("ID") AS last FROM "Readings"',
  )
  return { rows: Number(row.total), ids: Number(row.ids), last: Number(row.last) }
}

async function untilRows(ask: Ask, count: number): Promise<void> {
  let last = 0
  const areThere = async () => {
    // Neither the table nor the database need be there yet.
    last = (await counted(ask).catch(() => ({ rows: 0 }))).rows
    return last >= count
  }
  await eventually(() => `${count} rows, not ${last}`, areThere)
}
