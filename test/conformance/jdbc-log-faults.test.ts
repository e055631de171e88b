/** `mode=log` while writers do what they like, and everything else goes away now and then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, systemClock } from '../../src/base/clock.ts'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { RetriableError, type SourceRecord, type SourceTask } from '../../src/connect/kit/index.ts'
import { jdbcSource } from '../../src/connectors/jdbc/source/plugins.ts'
import { openSourceTask, StoredOffsets } from '../helpers/connector-tasks.ts'
import { type Conversation, describeDatabases, type Place } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { forward } from '../helpers/forwarder.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

const enoughChanges = 20_000

describeDatabases(
  'the log under faults',
  (place) => {
    test(`20,000 changes of writers are told in order, each once, whatever goes away (SEED=${seed})`, async (t) => {
      const made = await place()
      const random = seededRandom(seed)
      for (const sql of tables) await made.ask(sql)
      const network = await forward(t, () => made.server.port)
      const reader = new Reader(made, network.port)
      const writers = new Writers(made, seed, t.signal)
      const written = writers.run()
      const faults = [
        () => reader.crash(),
        () => network.cut(),
        async () => {
          await made.server.stop()
          await made.server.start()
        },
        async () => {
          await made.server.kill()
          await made.server.start()
        },
      ]
      const reading = reader.run()
      // Until the log is followed, a crash may repeat more than what was told last.
      await eventually('the log is followed', () => reader.turns.length > 20, 60_000)
      for (const [at, fault] of [...faults, ...faults].entries()) {
        const goal = (enoughChanges * (at + 1)) / (2 * faults.length + 2)
        await eventually('more is written', () => writers.changes > goal, 60_000)
        await fault()
        for (let crashes = between(random, 0, 2); crashes > 0; crashes--) await reader.crash()
      }
      await written
      const [last] = await made.ask('SELECT n FROM turns')
      reader.lastTurn = Number(last?.n)
      await reading
      assert.deepEqual(reader.state(), await stateOf(made))
      assert.deepEqual(reader.turns, consecutive(reader.turns))
      t.diagnostic(`${writers.changes} changes in ${reader.turns.length} transactions`)
    })
  },
  { log: true },
)

/** Each transaction takes a turn, so that their order can be seen. */
const tables = [
  'CREATE TABLE turns (id INT PRIMARY KEY, n INT)',
  'INSERT INTO turns VALUES (1, 0)',
  'CREATE TABLE a (id INT PRIMARY KEY, v INT, text TEXT)',
  'CREATE TABLE b (name VARCHAR(20), part INT, v INT, PRIMARY KEY (name, part))',
]

const tableNames = ['a', 'b', 'turns'] as const

/** Four clients that write in transactions of any size, and begin anew when the database was away. */
class Writers {
  readonly #place: Place
  readonly #seed: number
  readonly #signal: AbortSignal
  changes = 0

  constructor(place: Place, writersSeed: number, signal: AbortSignal) {
    this.#place = place
    this.#seed = writersSeed
    this.#signal = signal
  }

  async run(): Promise<void> {
    await Promise.all([1, 2, 3, 4].map((writer) => this.#write(seededRandom(this.#seed + writer))))
  }

  async #write(random: Random): Promise<void> {
    while (this.changes < enoughChanges && !this.#signal.aborted) {
      try {
        await using conversation = await this.#place.converse()
        while (this.changes < enoughChanges) await this.#transaction(conversation, random)
      } catch {
        // The database is away, or has chosen this one among two that wait for each other.
        await pause(20, { clock: systemClock })
      }
    }
  }

  async #transaction(conversation: Conversation, random: Random): Promise<void> {
    await conversation.ask('BEGIN')
    let rows = 1
    for (let statements = between(random, 0, 5); statements > 0; statements--) {
      const { sql, count } = pick(random, statementsOf)(random)
      await conversation.ask(sql)
      rows += count
    }
    await conversation.ask('UPDATE turns SET n = n + 1 WHERE id = 1')
    const isCommitted = between(random, 1, 8) > 1
    await conversation.ask(isCommitted ? 'COMMIT' : 'ROLLBACK')
    if (isCommitted) this.changes += rows
  }
}

interface Some {
  readonly sql: string
  /** About how many rows it changes. */
  readonly count: number
}

const anyId = (random: Random) => between(random, 1, 400)

const statementsOf: readonly ((random: Random) => Some)[] = [
  (random) => ({ sql: `DELETE FROM a WHERE id = ${anyId(random)}`, count: 1 }),
  (random) => ({ sql: `DELETE FROM b WHERE part % 50 = ${between(random, 0, 49)}`, count: 2 }),
  (random) => ({
    sql: `UPDATE a SET v = v + 1 WHERE id % 50 = ${between(random, 0, 49)}`,
    count: 5,
  }),
  (random) => ({ sql: `UPDATE b SET v = v + 1 WHERE part = ${anyId(random)}`, count: 1 }),
  (random) => ({ sql: `UPDATE b SET name = 'moved' WHERE part = ${anyId(random)}`, count: 1 }),
  (random) => {
    const id = anyId(random)
    const text = 'x'.repeat(between(random, 0, 20_000))
    const values = [0, 1, 2].map((more) => `(${id + 1000 * more}, 0, '${text}')`).join()
    const ids = [0, 1, 2].map((more) => id + 1000 * more).join()
    return {
      sql: `INSERT INTO a SELECT * FROM (VALUES ${values}) AS fresh WHERE NOT EXISTS (SELECT 1 FROM a WHERE id IN (${ids}))`,
      count: 3,
    }
  },
  (random) => {
    const part = anyId(random)
    return {
      sql: `INSERT INTO b SELECT 'new', ${part}, 0 FROM turns WHERE NOT EXISTS (SELECT 1 FROM b WHERE part = ${part})`,
      count: 1,
    }
  },
]

/** Reads as a worker does, and can be stopped between the records and their offsets. */
class Reader {
  readonly #config: Record<string, string>
  readonly #offsets = new StoredOffsets()
  readonly #rows = new Map<string, string>()
  /** What was told before a crash, and must come again. */
  #unconfirmed: string[] = []
  #isCrashing = false
  readonly turns: number[] = []
  /** After which it ends. */
  lastTurn = -1

  constructor(place: Place, port: number) {
    const url = place.config['connection.url'].replace(/:\d+\//, `:${port}/`)
    this.#config = {
      ...{ ...place.config, 'connection.url': url, mode: 'log', 'slot.name': place.database },
      ...{ 'topic.prefix': '', 'poll.linger.ms': '50', 'batch.max.rows': '40' },
      'connection.backoff.ms': '100',
    }
  }

  async run(): Promise<void> {
    while (!this.#isAtEnd) {
      try {
        await using task = await openSourceTask(jdbcSource, this.#config, this.#offsets)
        await this.#read(task)
      } catch (error) {
        if (!(error instanceof RetriableError)) throw error
        await pause(50, { clock: systemClock })
      }
    }
  }

  async crash(): Promise<void> {
    this.#isCrashing = true
    await eventually('the reader begins anew', () => !this.#isCrashing, 60_000)
  }

  get #isAtEnd(): boolean {
    return this.turns.at(-1) === this.lastTurn
  }

  /** The tables as whoever reads the topics has them. */
  state(): readonly string[] {
    return [...this.#rows].map(([key, value]) => `${key} ${value}`).toSorted()
  }

  async #read(task: SourceTask): Promise<void> {
    while (!this.#isAtEnd) {
      const records = await task.poll()
      const told = records.map(textOf)
      // That a table's first rows were all told was not stored either: they come again, as they are
      // now, and without the changes that they have seen.
      const hasFirstRows = records.some(
        ({ sourcePartition }) => sourcePartition.table !== undefined,
      )
      if (hasFirstRows) this.#unconfirmed = []
      const again = this.#unconfirmed.slice(0, told.length)
      assert.deepEqual(told.slice(0, again.length), again)
      if (this.#isCrashing && told.length > 0) {
        this.#isCrashing = false
        if (!hasFirstRows && told.length > this.#unconfirmed.length) this.#unconfirmed = told
        return
      }
      this.#unconfirmed = this.#unconfirmed.slice(told.length)
      this.#offsets.store([...records, ...(task.progress?.() ?? [])])
      await task.committed?.()
      for (const record of records) this.#take(record)
    }
  }

  #take({ topic, key, value }: SourceRecord): void {
    const place = `${topic} ${textOfRow(key)}`
    if (value === null) this.#rows.delete(place)
    else this.#rows.set(place, textOfRow(value))
    if (topic === 'turns') this.turns.push((value as { n: number }).n)
  }
}

function textOf({ topic, key, value }: SourceRecord): string {
  return `${topic} ${textOfRow(key)} ${value === null ? 'gone' : textOfRow(value)}`
}

function textOfRow(row: unknown): string {
  return JSON.stringify(row)
}

async function stateOf(place: Place): Promise<readonly string[]> {
  const keys = { a: ['id'], b: ['name', 'part'], turns: ['id'] }
  const lines: string[] = []
  for (const table of tableNames) {
    for (const row of await place.ask(`SELECT * FROM ${table}`)) {
      const key = Object.fromEntries(keys[table].map((column) => [column, row[column]]))
      lines.push(`${table} ${JSON.stringify(key)} ${JSON.stringify(row)}`)
    }
  }
  return lines.toSorted()
}

function consecutive(turns: readonly number[]): number[] {
  const [first = 0] = turns
  return turns.map((_, at) => first + at)
}
