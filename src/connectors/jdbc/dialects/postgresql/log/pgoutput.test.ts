import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Pgoutput, PgoutputPlugin } from 'pg-logical-replication'
import { lsnOf } from './lsn.ts'
import { PgoutputReader, type Tuple } from './pgoutput.ts'

/** Another reader of the same messages. */
const oracle = () => new PgoutputPlugin({ protoVersion: 1, publicationNames: [] })

const int = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const short = (value: number) => int(value).subarray(2)
const long = (value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
const byte = (value: number) => Buffer.from([value])
const name = (text: string) => Buffer.from(`${text}\0`)
const joined = (...parts: readonly (Buffer | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))

function tuple(values: Tuple): Buffer {
  const parts = values.map((value) => {
    if (value === null) return joined('n')
    if (value === undefined) return joined('u')
    return joined('t', int(Buffer.byteLength(value)), value)
  })
  return joined(short(values.length), ...parts)
}

const number = 0x8000_4001 | 0
const relation = joined(
  ...['R', int(number), name('public'), name('über'), 'd', short(3)],
  ...[byte(1), name('id'), int(23), int(-1), byte(0), name('text'), int(25), int(-1)],
  ...[byte(0), name('price'), int(1700), int(786_438)],
)

function rowOf(told: Pgoutput.MessageInsert): readonly unknown[] {
  return told.relation.columns.map((column) => told.new[column.name])
}

test('tables, transactions and rows are read as another reader reads them', () => {
  const [reader, other] = [new PgoutputReader(), oracle()]
  const both = <Tag extends Pgoutput.Message['tag']>(message: Buffer) => ({
    ours: reader.read(message),
    theirs: other.parse(message) as Extract<Pgoutput.Message, { tag: Tag }>,
  })
  const begin = both<'begin'>(joined('B', long(0x16_b374_d848n), long(7n), int(-5)))
  assert.deepEqual(begin.ours, {
    ...{ tag: 'begin', committedAt: lsnOf(`${begin.theirs.commitLsn}`) },
    transaction: begin.theirs.xid >>> 0,
  })
  const commit = both<'commit'>(joined('C', byte(0), long(1n), long(0x1_0000_0002n), long(7n)))
  assert.deepEqual(commit.ours, { tag: 'commit', end: lsnOf(`${commit.theirs.commitEndLsn}`) })
  const described = both<'relation'>(relation)
  const values = ['7', 'a "text"', null]
  const insert = both<'insert'>(joined('I', int(number), 'N', tuple(values)))
  assert.ok(insert.ours.tag === 'row')
  for (const column of described.theirs.columns) column.parser = (text: unknown) => text
  const again = other.parse(joined('I', int(number), 'N', tuple(values)))
  assert.deepEqual(insert.ours.fresh, rowOf(again as Pgoutput.MessageInsert))
  const { columns, ...table } = insert.ours.relation
  assert.deepEqual(table, {
    ...{ number: described.theirs.relationOid >>> 0, schema: 'public', name: 'über' },
    identity: described.theirs.replicaIdentity,
  })
  assert.deepEqual(
    columns,
    described.theirs.columns.map((column) => ({
      ...{ isIdentity: column.flags === 1, name: column.name },
      ...{ type: column.typeOid, modifier: column.typeMod },
    })),
  )
})

test('old values are told from fresh ones, and what was not changed from what is null', () => {
  const reader = new PgoutputReader()
  reader.read(relation)
  const read = (...parts: readonly (Buffer | string)[]) => {
    const message = reader.read(joined(...parts))
    assert.ok(message.tag === 'row')
    const { old, fresh, isOldWhole } = message
    return { old, fresh, isOldWhole }
  }
  const key: Tuple = ['1', null, null]
  const whole: Tuple = ['1', 'one', '2.50']
  const fresh: Tuple = ['2', undefined, null]
  const update = ['U', int(number)] as const
  assert.deepEqual(read(...update, 'N', tuple(fresh)), { old: undefined, fresh, isOldWhole: false })
  assert.deepEqual(read(...update, 'K', tuple(key), 'N', tuple(fresh)), {
    ...{ old: key, fresh, isOldWhole: false },
  })
  assert.deepEqual(read(...update, 'O', tuple(whole), 'N', tuple(fresh)), {
    ...{ old: whole, fresh, isOldWhole: true },
  })
  assert.deepEqual(read('D', int(number), 'K', tuple(key)), {
    ...{ old: key, fresh: undefined, isOldWhole: false },
  })
})

test('a text keeps each of its characters, also a mark at its beginning', () => {
  const reader = new PgoutputReader()
  reader.read(relation)
  const message = reader.read(joined('I', int(number), 'N', tuple(['1', '\uFEFFa', ''])))
  assert.deepEqual(message.tag === 'row' && message.fresh, ['1', '\uFEFFa', ''])
})

test('a row of a table that was not described is an error', () => {
  assert.throws(
    () => new PgoutputReader().read(joined('D', int(7), 'K', tuple(['1']))),
    /table 7, which was not described/,
  )
})
