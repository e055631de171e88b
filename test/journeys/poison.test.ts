/** Records that nobody can take, at random places: they alone are set aside, each with its reason. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { frame } from '../../src/formats/confluent-frame.ts'
import { eventually } from '../helpers/eventually.ts'
import { startMariadb } from '../helpers/mariadb.ts'
import { withoutPeer } from '../helpers/peers.ts'
import {
  completes,
  readingsDatabase,
  startReadings,
  tableSink,
  upsert,
} from '../helpers/reading-tables.ts'
import { type Readings, readingsTopic } from '../helpers/readings.ts'
import { recordsOf } from '../helpers/records.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const count = 3000

interface Poison {
  readonly value: (readings: Readings, random: Random) => Buffer | null
  /** Where the sink notices it, and what it says. */
  readonly stage: 'VALUE_CONVERTER' | 'TASK_PUT'
  readonly reason: RegExp
}

const converted = { stage: 'VALUE_CONVERTER' } as const
const put = { stage: 'TASK_PUT' } as const

const poisons: readonly Poison[] = [
  { ...converted, value: () => Buffer.from('no schema id'), reason: /first byte is 110/ },
  { ...converted, value: () => Buffer.of(0, 0), reason: /2 bytes are too few/ },
  { ...converted, value: () => frame(77_777, Buffer.of(2)), reason: /77777/ },
  {
    ...converted,
    value: (readings, random) => {
      const whole = readings.encode({ id: BigInt(readings.next) })
      return whole.subarray(0, between(random, 6, whole.length - 1))
    },
    reason: /Failed to deserialize/,
  },
  {
    ...put,
    value: (readings) => readings.encode({ id: BigInt(readings.next), text: 'x'.repeat(101) }),
    reason: /Data too long for column 'text'/,
  },
  { ...put, value: () => null, reason: /value/ },
]

test(`of readings with poison at random places all good ones are rows, and exactly the others dead letters (SEED=${seed})`, {
  skip: withoutPeer('mariadb'),
}, async (t) => {
  const random = seededRandom(seed)
  const database = await startMariadb(t)
  await database.makeDatabase(readingsDatabase)
  const table = 'CREATE TABLE kept (id BIGINT PRIMARY KEY, text VARCHAR(100) NOT NULL)'
  await database.ask(readingsDatabase, table)
  const pipelines = { copy: { from: readingsTopic, steps: [{ filter: 'true' }], to: 'Copies' } }
  const { leat, readings, connect } = await startReadings(t, { pipelines })
  await connect('rows', {
    ...tableSink(database.port, 'kept', upsert),
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
    'errors.deadletterqueue.context.headers.enable': 'true',
  })

  const poisoned = new Map<string, { readonly poison: Poison; readonly value: Buffer | null }>()
  const sent: Promise<void>[] = []
  for (let number = 0; number < count; number++) {
    if (random.next() < 0.05) {
      const poison = pick(random, poisons)
      const value = poison.value(readings, random)
      poisoned.set(`${number}`, { poison, value })
      sent.push(readings.sendBytes(value))
    } else sent.push(readings.send(1))
  }
  await Promise.all(sent)

  await completes(database, 'kept', count - poisoned.size)
  await using client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  const letters = async (topic: string, least: number) =>
    await eventually(`the letters in ${topic}`, async () => {
      const found = await recordsOf(client, topic)
      return found.length < least ? undefined : found
    })
  const dead = await letters('dead', poisoned.size)
  assert.deepEqual(dead.map(({ key }) => `${key}`).sort(), [...poisoned.keys()].sort())
  for (const { key, value, headers } of dead) {
    const { poison, value: before } = poisoned.get(`${key}`) ?? {}
    assert.deepEqual(value, before)
    const said = (name: string) =>
      `${headers.find((one) => one.key === `__connect.errors.${name}`)?.value}`
    assert.equal(said('stage'), poison?.stage)
    assert.match(said('exception.message'), poison?.reason ?? /^$/)
  }

  // A pipeline does not know what a table would refuse.
  const unreadable = [...poisoned].filter(([, { poison }]) => poison.stage === 'VALUE_CONVERTER')
  const errors = await letters('copy-errors', unreadable.length)
  assert.deepEqual(errors.map(({ key }) => `${key}`).sort(), unreadable.map(([key]) => key).sort())
  const copies = await letters('Copies', count - unreadable.length)
  assert.equal(copies.length, count - unreadable.length)
})
