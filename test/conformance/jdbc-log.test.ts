/** `mode=log` of the JDBC source on real databases, driven through the kit's contract. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceRecord, SourceTask, Struct } from '../../src/connect/kit/index.ts'
import { jdbcSource } from '../../src/connectors/jdbc/source/plugins.ts'
import { collect, openSourceTask, StoredOffsets } from '../helpers/connector-tasks.ts'
import { describeDatabases, type Place } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'

const quick = {
  ...{ mode: 'log', 'topic.prefix': 'L_' },
  ...{ 'poll.linger.ms': '100', 'table.poll.interval.ms': '100' },
}

describeDatabases(
  'mode=log',
  (place, system) => {
    const isMysql = system === 'mysql'
    const configOf = (made: Place, more: Record<string, string> = {}) => ({
      ...{ ...made.config, ...quick, 'slot.name': made.database, ...more },
    })
    const openTask = (made: Place, offsets: StoredOffsets, more: Record<string, string> = {}) =>
      openSourceTask(jdbcSource, configOf(made, more), offsets)
    /** Polls until the table was read that is there from the beginning. */
    const untilFollowed = async (task: SourceTask, made: Place, offsets: StoredOffsets) => {
      const table = `${isMysql ? made.database : 'public'}.t`
      await eventually('the table is followed', async () => {
        await collect(task, 0, offsets)
        const [state] = await offsets.read([{ log: made.database, table }])
        return state?.identity !== undefined
      })
    }
    const texts = 'CREATE TABLE t (id INT PRIMARY KEY, text VARCHAR(20))'

    test('tells what a table has, and then every insert, update and delete, in order', async () => {
      const made = await place()
      await made.ask(texts)
      await made.ask("INSERT INTO t VALUES (1, 'one'), (2, 'two')")
      const offsets = new StoredOffsets()
      await using task = await openTask(made, offsets)
      const first = await collect(task, 2, offsets)
      assert.deepEqual(shown(first), ['1=one', '2=two'])
      assert.equal(first[0]?.topic, 'L_t')
      await made.ask("INSERT INTO t VALUES (3, 'three')")
      await made.ask("UPDATE t SET text = 'zwei' WHERE id = 2")
      await made.ask('DELETE FROM t WHERE id = 1')
      assert.deepEqual(shown(await collect(task, 3, offsets)), ['3=three', '2=zwei', '1 gone'])
      await made.ask('UPDATE t SET id = 4 WHERE id = 3')
      assert.deepEqual(shown(await collect(task, 2, offsets)), ['3 gone', '4=three'])
    })

    test('a row of the log is the row that a SELECT gives, with the same schema', async () => {
      const made = await place()
      await made.ask(isMysql ? mysqlTypes : postgresqlTypes)
      await made.ask(isMysql ? mysqlRows(1) : postgresqlRows(1))
      const offsets = new StoredOffsets()
      await using task = await openTask(made, offsets)
      const selected = await collect(task, 2, offsets)
      await made.ask(isMysql ? mysqlRows(3) : postgresqlRows(3))
      const logged = await collect(task, 2, offsets)
      const bulk = { ...made.config, mode: 'bulk', 'topic.prefix': 'L_' }
      await using other = await openSourceTask(jdbcSource, bulk)
      const asked = await collect(other, 4)
      for (const [at, record] of logged.entries()) {
        assert.deepEqual(record.valueSchema, selected[at]?.valueSchema)
        assert.deepEqual(record.valueSchema, asked[at]?.valueSchema)
        assert.deepEqual(record.keySchema, selected[at]?.keySchema)
        assert.deepEqual(record.value, asked[at + 2]?.value)
      }
      assert.deepEqual(selected.map(withoutId), logged.map(withoutId))
    })

    test('another task goes on behind whichever change was stored last, also within a transaction', async () => {
      const made = await place()
      await made.ask(texts)
      const offsets = new StoredOffsets()
      const told: string[] = []
      const read = async (count: number) => {
        await using task = await openTask(made, offsets, { 'batch.max.rows': '3' })
        told.push(...shown(await collect(task, count, offsets)))
      }
      {
        await using task = await openTask(made, offsets)
        await untilFollowed(task, made, offsets)
      }
      const rows = (from: number) =>
        [0, 1, 2, 3, 4].map((more) => `(${from + more}, 'row')`).join(', ')
      await made.ask(`INSERT INTO t VALUES ${rows(0)}`)
      await made.ask(`INSERT INTO t VALUES ${rows(5)}`)
      // A task gives what has come so far: three rows at most, and at least one.
      while (told.length < 10) await read(1)
      assert.deepEqual(
        told,
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => `${id}=row`),
      )
    })

    test('a first reading that was interrupted begins anew, and a table that was read is not read again', async () => {
      const made = await place()
      for (const table of ['a', 'b']) {
        await made.ask(`CREATE TABLE ${table} (id INT PRIMARY KEY, text VARCHAR(20))`)
        await made.ask(`INSERT INTO ${table} VALUES (1, '${table}1'), (2, '${table}2')`)
      }
      const offsets = new StoredOffsets()
      {
        await using task = await openTask(made, offsets, { 'batch.max.rows': '2' })
        await collect(task, 3, offsets)
      }
      await made.ask("INSERT INTO a VALUES (3, 'a3')")
      await using task = await openTask(made, offsets)
      assert.deepEqual(shown(await collect(task, 3, offsets)), ['1=b1', '2=b2', '3=a3'])
    })

    test('nothing is missing and nothing comes twice between the first rows and the changes', async () => {
      const made = await place()
      await made.ask(texts)
      await made.ask("INSERT INTO t VALUES (1, 'early')")
      await using open = await made.converse()
      await open.ask('BEGIN')
      await open.ask("INSERT INTO t VALUES (2, 'late')")
      const offsets = new StoredOffsets()
      const committed = eventually('the transaction is committed', async () => {
        await open.ask('COMMIT')
        return true
      })
      await using task = await openTask(made, offsets)
      await committed
      assert.deepEqual(shown(await collect(task, 2, offsets)).toSorted(), ['1=early', '2=late'])
      await made.ask("INSERT INTO t VALUES (3, 'last')")
      assert.deepEqual(shown(await collect(task, 1, offsets)), ['3=last'])
    })

    test('a deleted row becomes nothing, or the row as it was, if that is wished', async () => {
      const made = await place()
      await made.ask(texts)
      if (!isMysql) await made.ask('ALTER TABLE t REPLICA IDENTITY FULL')
      const deletes = async (mode: string) => {
        const offsets = new StoredOffsets()
        const more = {
          'delete.tombstone.handling.mode': mode,
          'slot.name': `${made.database}_${mode.length}`,
        }
        await using task = await openTask(made, offsets, more)
        await untilFollowed(task, made, offsets)
        await made.ask("INSERT INTO t VALUES (1, 'one')")
        await made.ask('DELETE FROM t')
        await made.ask("INSERT INTO t VALUES (2, 'two')")
        const records = await collect(task, mode === 'drop' ? 2 : 4, offsets)
        await made.ask('DELETE FROM t')
        return records
      }
      assert.deepEqual(shown(await deletes('drop')), ['1=one', '2=two'])
      const [, gone, tombstone] = await deletes('rewrite-with-tombstone')
      assert.deepEqual({ ...(gone?.value as Struct) }, { id: 1, text: 'one' })
      assert.deepEqual(
        gone?.headers.map(({ key, value }) => [key, value]),
        [['__deleted', 'true']],
      )
      assert.equal(tombstone?.value, null)
    })

    test('columns may come, change and go, also while nobody reads', async () => {
      const made = await place()
      await made.ask(texts)
      const offsets = new StoredOffsets()
      {
        await using task = await openTask(made, offsets)
        await untilFollowed(task, made, offsets)
        await made.ask("INSERT INTO t VALUES (1, 'one')")
        await made.ask('ALTER TABLE t ADD COLUMN more INT')
        await made.ask("INSERT INTO t VALUES (2, 'two', 22)")
        const [, second] = await collect(task, 2, offsets)
        assert.deepEqual({ ...(second?.value as Struct) }, { id: 2, text: 'two', more: 22 })
      }
      await made.ask("INSERT INTO t VALUES (3, 'three', 33)")
      await made.ask('ALTER TABLE t DROP COLUMN text')
      await made.ask('INSERT INTO t VALUES (4, 44)')
      await made.ask(`ALTER TABLE t ${isMysql ? 'MODIFY more' : 'ALTER COLUMN more TYPE'} BIGINT`)
      await made.ask('INSERT INTO t VALUES (5, 5500000000)')
      await using task = await openTask(made, offsets)
      const records = await collect(task, 3, offsets)
      assert.deepEqual(
        records.map(({ value }) => ({ ...(value as Struct) })),
        [
          { id: 3, text: 'three', more: 33 },
          { id: 4, more: 44 },
          { id: 5, more: 5_500_000_000n },
        ],
      )
      assert.deepEqual(
        records.map(({ valueSchema }) => valueSchema?.fields?.at(-1)?.schema.type),
        ['int32', 'int32', 'int64'],
      )
    })

    test('a table that comes while it runs is read and followed, and one that comes again, too', async () => {
      const made = await place()
      await made.ask(texts)
      const offsets = new StoredOffsets()
      await using task = await openTask(made, offsets)
      await untilFollowed(task, made, offsets)
      const later = 'CREATE TABLE later (id INT PRIMARY KEY, text VARCHAR(20))'
      for (const round of [1, 2]) {
        await made.ask(later)
        for (let id = 1; id <= 3; id++) await made.ask(`INSERT INTO later VALUES (${id}, 'a')`)
        assert.deepEqual(shown(await collect(task, 3, offsets)), ['1=a', '2=a', '3=a'], `${round}`)
        await made.ask("INSERT INTO later VALUES (4, 'b')")
        assert.deepEqual(shown(await collect(task, 1, offsets)), ['4=b'])
        await made.ask('DROP TABLE later')
      }
    })

    test('what was written before and after a restart of the server is read as one', async () => {
      const made = await place()
      await made.ask(texts)
      await made.ask('CREATE TABLE other (text VARCHAR(20), id INT PRIMARY KEY)')
      const offsets = new StoredOffsets()
      {
        await using task = await openTask(made, offsets)
        await untilFollowed(task, made, offsets)
      }
      // A server that was started counts its tables anew, in the order in which they are opened.
      const [toOne, toOther] = [
        "INSERT INTO t VALUES (1, 'one')",
        "INSERT INTO other VALUES ('two', 2)",
      ]
      for (const statements of [
        [toOne, toOther],
        [toOther, toOne],
      ]) {
        await made.server.stop()
        await made.server.start()
        for (const sql of statements) {
          await made.ask(sql)
          await made.ask(sql.replace('INSERT INTO', 'DELETE FROM').replace(/VALUES.*/, ''))
        }
      }
      await using task = await openTask(made, offsets)
      const records = await collect(task, 8, offsets)
      const [one, other] = ['L_t 1=one', 'L_other 2=two']
      const [oneGone, otherGone] = ['L_t 1 gone', 'L_other 2 gone']
      assert.deepEqual(
        shown(records).map((text, at) => `${records[at]?.topic} ${text}`),
        [one, oneGone, other, otherGone, other, otherGone, one, oneGone],
      )
    })

    test('a user with the rights that the guide names can follow the log', async () => {
      const made = await place()
      const { database } = made
      for (const sql of isMysql ? mysqlUser : postgresqlUser(database)) await made.ask(sql)
      const offsets = new StoredOffsets()
      const user = { 'connection.user': 'follower', 'connection.password': 'secret' }
      await using owner = await made.converse()
      if (!isMysql) await owner.ask('SET ROLE follower')
      await owner.ask(texts)
      await using task = await openTask(made, offsets, user)
      await untilFollowed(task, made, offsets)
      await owner.ask("INSERT INTO t VALUES (1, 'one')")
      assert.deepEqual(shown(await collect(task, 1, offsets)), ['1=one'])
    })

    test('a log that is gone from where reading must go on is an error, and never a gap', async () => {
      const made = await place()
      await made.ask(texts)
      const offsets = new StoredOffsets()
      {
        await using task = await openTask(made, offsets)
        await untilFollowed(task, made, offsets)
      }
      await made.ask("INSERT INTO t VALUES (1, 'missed')")
      if (isMysql) {
        await made.ask('FLUSH BINARY LOGS')
        const [last] = (await made.ask('SHOW BINARY LOGS')).slice(-1)
        await eventually('the binlog is purged', async () => {
          await made.ask(`PURGE BINARY LOGS TO '${last?.Log_name}'`)
          return (await made.ask('SHOW BINARY LOGS')).length === 1
        })
      } else {
        // The server hears a moment later that nobody follows it any more.
        const slot = `FROM pg_replication_slots WHERE slot_name = '${made.database}'`
        await eventually('the slot is dropped', async () => {
          await made.ask(`SELECT pg_drop_replication_slot(slot_name) ${slot} AND NOT active`)
          return (await made.ask(`SELECT 1 AS there ${slot}`)).length === 0
        })
      }
      const goOn = async () => {
        await using task = await openTask(made, offsets)
        await collect(task, 1, offsets)
      }
      await assert.rejects(goOn, /not there any more .* Stop the connector, reset its offsets/)
      await using task = await openTask(made, new StoredOffsets())
      assert.deepEqual(shown(await collect(task, 1)), ['1=missed'])
    })

    test('a row of many megabytes comes whole, also where an update left it as it was', async () => {
      const made = await place()
      const [big, repeat] = isMysql ? ['LONGTEXT', 'REPEAT'] : ['TEXT', 'repeat']
      await made.ask(`CREATE TABLE t (id INT PRIMARY KEY, text ${big}, n INT)`)
      if (!isMysql) await made.ask('ALTER TABLE t ALTER COLUMN text SET STORAGE EXTERNAL')
      const offsets = new StoredOffsets()
      await using task = await openTask(made, offsets)
      await untilFollowed(task, made, offsets)
      const length = 12_000_000
      for (const id of [1, 2])
        await made.ask(`INSERT INTO t VALUES (${id}, ${repeat}('x', ${length}), 0)`)
      await made.ask('UPDATE t SET n = 1 WHERE id = 1')
      await made.ask('DELETE FROM t WHERE id = 2')
      const records = await collect(task, 4, offsets)
      assert.deepEqual(
        records.map(({ value }) => (value as { text: string } | null)?.text.length),
        [length, length, length, undefined],
      )
    })
  },
  { log: true },
)

describeDatabases('mode=log on a server that keeps no log', (place, system) => {
  test('is refused with what to do', async () => {
    const made = await place()
    const cure =
      system === 'mysql'
        ? /its log_bin is OFF\. Write log_bin .* restart/
        : /its wal_level is 'replica'\. Run ALTER SYSTEM SET wal_level = 'logical'/
    await assert.rejects(openSourceTask(jdbcSource, { ...made.config, ...quick }), cure)
  })
})

function shown(records: readonly SourceRecord[]): string[] {
  return records.map(({ key, value }) => {
    const { id } = key as { id: number }
    return value === null ? `${id} gone` : `${id}=${(value as { text: string }).text}`
  })
}

function withoutId({ value }: SourceRecord): object {
  const { id: _id, ...rest } = value as { id: number }
  return rest
}

const mysqlUser = [
  "CREATE USER follower@'127.0.0.1' IDENTIFIED BY 'secret'",
  "GRANT SELECT, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO follower@'127.0.0.1'",
]

const postgresqlUser = (database: string) => [
  "CREATE ROLE follower LOGIN REPLICATION PASSWORD 'secret'",
  `GRANT CREATE ON DATABASE ${database} TO follower`,
  'GRANT CREATE ON SCHEMA public TO follower',
]

const mysqlTypes = `CREATE TABLE types (
  id INT PRIMARY KEY, tiny TINYINT, utiny TINYINT UNSIGNED NOT NULL, small SMALLINT, usmall SMALLINT UNSIGNED,
  medium MEDIUMINT, umedium MEDIUMINT UNSIGNED, big BIGINT, ubig BIGINT UNSIGNED, uint INT UNSIGNED ZEROFILL,
  f FLOAT, d DOUBLE, dec_ DECIMAL(20,4), dec0 DECIMAL(5), udec DECIMAL(30,10) UNSIGNED, yes BOOLEAN,
  c CHAR(10), v VARCHAR(300) CHARACTER SET latin1, t TEXT, bin BINARY(4), varbin VARBINARY(10), b BLOB,
  bit1 BIT, bit9 BIT(9), e ENUM('a,b', 'ü') NOT NULL, s SET('x', 'y', 'z'), j JSON, y YEAR,
  day DATE, clock TIME, clock6 TIME(6), at DATETIME, at3 DATETIME(3), at6 DATETIME(6), ts TIMESTAMP(6) NULL,
  u UUID, i4 INET4, i6 INET6, gen INT AS (small * 2) VIRTUAL, stored INT AS (small * 3) STORED)`

const mysqlColumns =
  'id, tiny, utiny, small, usmall, medium, umedium, big, ubig, uint, f, d, dec_, dec0, udec, yes, c, v, t, bin, varbin, b, bit1, bit9, e, s, j, y, day, clock, clock6, at, at3, at6, ts, u, i4, i6'

function mysqlRows(id: number): string {
  return `INSERT INTO types (${mysqlColumns}) VALUES (${id}, -128, 255, -32768, 65535, -8388608, 16777215, -9223372036854775808, 9223372036854775807, 4294967295, 51.3, -1.5e300, -1234567890123456.0001, -99999, 12345678901234567890.0123456789, true, 'ä ', 'é€', 'text''s \\\\ 😀', x'01000000', x'00ff', x'deadbeef00', b'1', b'101010101', 'a,b', 'x,z', '[1, 2.5]', 2023, '2023-02-24', '16:57:11', '23:59:59.123456', '2023-02-24 16:57:11', '2023-02-24 16:57:11.963', '1999-12-31 23:59:59.999999', '2023-02-24 16:57:11.000001', '01234567-89ab-cdef-8123-456789abcdef', '192.0.2.1', '2001:db8::1'), (${id + 1}, NULL, 0${', NULL'.repeat(21)}, 'ü'${', NULL'.repeat(13)})`
}

const postgresqlTypes = `CREATE DOMAIN cents AS NUMERIC(12,2); CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE types (
  id INT PRIMARY KEY, small SMALLINT, big BIGINT NOT NULL, f REAL, d DOUBLE PRECISION, dec_ NUMERIC(20,4), any_ NUMERIC,
  price cents, yes BOOLEAN, c CHAR(10), v VARCHAR(300), t TEXT, b BYTEA, bit1 BIT(1), bit9 BIT(9), m mood, j JSON, jb JSONB,
  day DATE, clock TIME, clock3 TIMETZ(3), at TIMESTAMP, at3 TIMESTAMP(3), tz TIMESTAMPTZ, u UUID, list INT[], words TEXT[],
  i INTERVAL, net INET, x XML, r INT4RANGE)`

function postgresqlRows(id: number): string {
  return `INSERT INTO types VALUES (${id}, -32768, -9223372036854775808, 51.3, 1.0000000000000002, -1234567890123456.0001, 12345678901234567890.5, 12.34, true, 'ä', 'é€', 'text''s "😀"', '\\xdeadbeef00', B'1', B'101010101', 'ok', '{"a": [1, 2.5]}', '{"b": null}', '2023-02-24', '16:57:11.963001', '16:57:11.963+02', '2023-02-24 16:57:11.963001', '2023-02-24 16:57:11.963', '2023-02-24 16:57:11.963001+09', '01234567-89ab-cdef-8123-456789abcdef', '{1,NULL,3}', '{a,"b c"}', '1 day 2 hours', '192.0.2.0/24', '<a>1</a>', '[1,5)'), (${id + 1}, NULL, 1${', NULL'.repeat(28)})`
}
