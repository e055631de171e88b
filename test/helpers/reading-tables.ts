/** Sinks that keep readings in tables of a MariaDB, and what is in these. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { describeGroup, KafkaClient } from '../../src/client/index.ts'
import { ConnectRest } from './connect.ts'
import { eventually } from './eventually.ts'
import { type LeatSettings, startLeat } from './leat.ts'
import type { Mariadb } from './mariadb.ts'
import { Readings, readingsTopic } from './readings.ts'

export const readingsDatabase = 'readings'
/** Of each connector. */
const tasks = 2

/** A leat with readings, whose schemas are in its own registry or in the one of this address. */
export async function startReadings(
  t: TestContext,
  settings: LeatSettings = {},
  registryUrl?: string,
) {
  const kafka = { topics: { [readingsTopic]: { partitions: 2 } } }
  const leat = await startLeat(t, { kafka, registry: true, connectors: {}, ...settings })
  const rest = new ConnectRest(leat.connectUrl)
  const client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  t.after(() => client.close())
  const readings = await Readings.open(t, leat.brokers, registryUrl ?? leat.registryUrl)
  const connect = async (name: string, config: Record<string, string>) => {
    const usual = { topics: readingsTopic, 'value.converter': 'AvroConverter' }
    const common = { ...usual, 'tasks.max': `${tasks}` }
    const made = await rest.ask('PUT', `/connectors/${name}/config`, { ...common, ...config })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    await rest.becomes(name, 'RUNNING', tasks)
    await sharedBy(client, `connect-${name}`, tasks)
  }
  return { leat, rest, readings, connect }
}

/** Who joins later takes partitions of those who read already, and reads again what these had in hand. */
async function sharedBy(client: KafkaClient, name: string, members: number): Promise<void> {
  await eventually(`${members} share the partitions of ${name}`, async () => {
    const group = await describeGroup(client, name)
    return group?.state === 'Stable' && group.members.length === members
  })
}

/** A sink into the table of this name. */
export function tableSink(port: number, table: string, mode: Record<string, string>) {
  return {
    'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
    'connection.url': `jdbc:mariadb://127.0.0.1:${port}/${readingsDatabase}`,
    'connection.user': 'root',
    'table.name.format': table,
    'auto.create': 'true',
    'auto.evolve': 'true',
    'retry.backoff.ms': '100',
    'max.retries': '1000',
    ...mode,
  }
}

export const upsert = { 'insert.mode': 'upsert', 'pk.mode': 'record_value', 'pk.fields': 'id' }
export const insertOnce = { 'insert.mode': 'insert', consistency: 'exactly-once' }

/** How many rows a table has, and how many different ones. */
export async function counted(database: Mariadb, table: string) {
  const sql = `SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS ids FROM ${table}`
  // Neither the database nor the table need be there yet.
  const [row] = await database.ask(readingsDatabase, sql).catch(() => [])
  return { rows: Number(row?.n ?? 0), ids: Number(row?.ids ?? 0) }
}

/** Waits until so many different rows are there; there must be no others. */
export async function completes(database: Mariadb, table: string, count: number): Promise<void> {
  const isThere = async () => (await counted(database, table)).ids >= count
  await eventually(`all are in ${table}`, isThere, 60_000)
  assert.deepEqual(await counted(database, table), { rows: count, ids: count })
}
