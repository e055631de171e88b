/** Tables of one database are copied to another over a whole leat, while each of them goes away. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { type Database, Place } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { startMariadb } from '../helpers/mariadb.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { startPostgresql } from '../helpers/postgresql.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const skip = withoutPeer('mariadb', 'postgresql')

test(`MariaDB's tables are the same in PostgreSQL, whatever was stopped or killed (SEED=${seed})`, {
  skip,
}, async (t) => {
  await play(t, await startMariadb(t, { log: true }), await startPostgresql(t))
})

test(`PostgreSQL's tables are the same in MariaDB, whatever was stopped or killed (SEED=${seed})`, {
  skip,
}, async (t) => {
  await play(t, await startPostgresql(t, { log: true }), await startMariadb(t))
})

/** One table is followed by the log, the other by its growing number. */
async function play(t: TestContext, from: Database, to: Database): Promise<void> {
  const random = seededRandom(seed)
  const [original, copy] = [await Place.make(from, 'plant'), await Place.make(to, 'copy')]
  await original.ask('CREATE TABLE machines (id INT PRIMARY KEY, name VARCHAR(40), load_ FLOAT)')
  await original.ask('CREATE TABLE events (id INT PRIMARY KEY, machine INT)')
  const leat = await startLeat(t, { registry: true, connectors: {} })
  const client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  await client.createTopics(tables.map((name) => ({ name, partitions: 2 })))
  await client.close()
  const rest = new ConnectRest(leat.connectUrl)
  const connectors = connectorsOf(original, copy)
  for (const [name, config] of Object.entries(connectors)) {
    const made = await rest.ask('PUT', `/connectors/${name}/config`, { ...common, ...config })
    assert.equal(made.status, 201, JSON.stringify(made.body))
  }
  const writer = new Writer(original, random)
  const outages = [
    { stop: () => from.stop(), start: () => from.start() },
    { stop: () => leat.kill(), start: () => leat.start() },
    { stop: () => from.kill(), start: () => from.start() },
    { stop: () => leat.kill(), start: () => leat.start() },
    { stop: () => to.kill(), start: () => to.start() },
  ]
  for (const { stop, start } of outages) {
    const { last } = writer
    await writer.write(between(random, 50, 200))
    await eventually('some is copied', async () => (await lastOf(copy)) > last, 60_000)
    await writer.write(200)
    await stop()
    await start()
  }
  await writer.write(50)
  for (const table of tables) {
    const rows = await rowsOf(original, table)
    await eventually(
      `${table} is complete`,
      async () => (await rowsOf(copy, table)) === rows,
      60_000,
    )
  }
  for (const name of Object.keys(connectors)) await rest.becomes(name, 'RUNNING')
}

const tables = ['machines', 'events'] as const

const common = { 'key.converter': 'AvroConverter', 'value.converter': 'AvroConverter' }

const jdbc = (kind: 'Sink' | 'Source') => ({
  'connector.class': `io.confluent.connect.jdbc.Jdbc${kind}Connector`,
  'connection.attempts': '1000',
  'connection.backoff.ms': '100',
  'retry.backoff.ms': '100',
})

function connectorsOf(original: Place, copy: Place): Record<string, Record<string, string>> {
  const source = {
    ...{ ...original.config, ...jdbc('Source'), 'topic.prefix': '' },
    ...{ 'poll.interval.ms': '100', 'poll.linger.ms': '100', 'table.poll.interval.ms': '1000' },
  }
  const sink = { ...copy.config, ...jdbc('Sink'), 'auto.create': 'true', 'max.retries': '1000' }
  const upsert = { 'insert.mode': 'upsert', 'pk.fields': 'id' }
  return {
    changes: { ...source, mode: 'log', 'table.whitelist': 'machines' },
    rows: {
      ...{ ...source, mode: 'incrementing', 'incrementing.column.name': 'id' },
      'table.whitelist': 'events',
    },
    machines: {
      ...{ ...sink, ...upsert, topics: 'machines', 'pk.mode': 'record_key' },
      'delete.enabled': 'true',
    },
    events: { ...sink, ...upsert, topics: 'events', 'pk.mode': 'record_value' },
  }
}

/** Puts machines in, changes them and takes them out, and notes an event each time. */
class Writer {
  readonly #place: Place
  readonly #random: Random
  last = 0

  constructor(place: Place, random: Random) {
    this.#place = place
    this.#random = random
  }

  async write(transactions: number): Promise<void> {
    await using conversation = await this.#place.converse()
    for (let count = 0; count < transactions; count++) {
      const machine = between(this.#random, 1, 60)
      await conversation.ask('BEGIN')
      const isThere = await conversation.ask(`SELECT 1 FROM machines WHERE id = ${machine}`)
      const change = isThere.length === 0 ? put : pick(this.#random, [update, remove])
      await conversation.ask(change(machine, this.last))
      this.last += 1
      await conversation.ask(`INSERT INTO events VALUES (${this.last}, ${machine})`)
      await conversation.ask('COMMIT')
    }
  }
}

const put = (id: number, number: number) =>
  `INSERT INTO machines VALUES (${id}, 'machine ${id}', ${number}.5)`
const update = (id: number, number: number) =>
  `UPDATE machines SET load_ = ${number}.25 WHERE id = ${id}`
const remove = (id: number) => `DELETE FROM machines WHERE id = ${id}`

async function lastOf(copy: Place): Promise<number> {
  const [row] = await copy.ask('SELECT MAX(id) AS last FROM events').catch(() => [])
  return Number(row?.last ?? 0)
}

async function rowsOf(place: Place, table: string): Promise<string> {
  const rows = await place.ask(`SELECT * FROM ${table} ORDER BY id`).catch(() => [])
  return JSON.stringify(rows)
}
