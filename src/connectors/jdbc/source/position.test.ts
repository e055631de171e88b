import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flooredInstant, instantOfText, textOfInstant } from '../values/instants.ts'
import { utc, zoneNamed } from '../values/zone.ts'
import { offsetOf, partitionsOf, positionOf } from './position.ts'
import { selectRows } from './select.ts'

test("positions are kept in the words of Confluent's connector", () => {
  const position = { timestamp: 1_677_257_831_963_421n, incrementing: 7n }
  const offset = { incrementing: 7, timestamp: 1_677_257_831_963, timestamp_nanos: 963_421_000 }
  assert.deepEqual(offsetOf(position), offset)
  assert.deepEqual(positionOf(offset), position)
  assert.deepEqual(positionOf({ timestamp: 1_677_257_831_963 }), {
    timestamp: 1_677_257_831_963_000n,
  })
  assert.deepEqual(offsetOf({}), {})
  assert.deepEqual(positionOf({}), {})
  const before1970 = { timestamp: -1_500_001n }
  assert.deepEqual(offsetOf(before1970), { timestamp: -1501, timestamp_nanos: 499_999_000 })
  assert.deepEqual(positionOf(offsetOf(before1970)), before1970)
  assert.deepEqual(partitionsOf({ schema: 'Readings', name: 'Readings' }), [
    { protocol: '1', table: 'Readings.Readings' },
    { table: 'Readings' },
  ])
})

test('a number that JSON would round is kept as a text', () => {
  const position = { incrementing: 2n ** 63n - 1n }
  assert.deepEqual(offsetOf(position), { incrementing: '9223372036854775807' })
  assert.deepEqual(positionOf(offsetOf(position)), position)
})

test('instants and their texts are the same to the microsecond, in any zone', () => {
  for (const zone of [utc, zoneNamed('Asia/Kathmandu') ?? utc]) {
    for (const micros of [0n, -1n, 1_677_257_831_963_421n, -62_135_596_800_000_000n]) {
      assert.equal(instantOfText(textOfInstant(micros, zone), zone), micros)
    }
  }
  assert.equal(flooredInstant(1_999_999n, 0), 1_000_000n)
  assert.equal(flooredInstant(-1n, 3), -1_000n)
})

const selected = {
  ...{ from: '`db`.`t`', suffix: '', placeholder: () => '?' },
  ...{ timestamps: ['`ts`'], incrementing: '`id`' },
}
const range = { afterTime: 'A', afterNumber: '1', beforeTime: 'B', lastNumber: undefined }

test("each mode asks as Confluent's connector does", () => {
  const select = (mode: Parameters<typeof selectRows>[0]['mode'], more = {}) =>
    selectRows({ ...selected, mode, ...more }, range)
  assert.deepEqual(select('bulk', { suffix: 'FOR SHARE' }), {
    ...{ sql: 'SELECT * FROM `db`.`t` FOR SHARE', values: [] },
  })
  assert.deepEqual(select('timestamp'), {
    sql: 'SELECT * FROM `db`.`t` WHERE `ts` > ? AND `ts` < ? ORDER BY `ts` ASC',
    values: ['A', 'B'],
  })
  assert.deepEqual(select('timestamp+incrementing'), {
    sql: 'SELECT * FROM `db`.`t` WHERE `ts` < ? AND ((`ts` = ? AND `id` > ?) OR `ts` > ?) ORDER BY `ts`,`id` ASC',
    values: ['B', 'A', '1', 'A'],
  })
  assert.deepEqual(select('incrementing'), {
    sql: 'SELECT * FROM `db`.`t` WHERE `id` > ? ORDER BY `id` ASC',
    values: ['1'],
  })
  assert.match(select('timestamp', { timestamps: ['a', 'b'] }).sql, /WHERE COALESCE\(a,b\) > \?/)
})
