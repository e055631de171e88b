import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewOf } from './tables.ts'

test('a topic is a table of all its files, and no name means anything else than itself', () => {
  const endings = new Map([
    ['.parquet', 1],
    ['.json.gz', 2],
    ['.snappy.parquet', 3],
    ['.avro', 1],
  ])
  assert.equal(
    viewOf({ name: 'a"b', folder: "/it's/[x]*", endings }),
    `CREATE VIEW "a""b" AS SELECT * FROM read_parquet(['/it''s/[[]x][*]/**/*[0-9].parquet', ` +
      `'/it''s/[[]x][*]/**/*[0-9].snappy.parquet'], union_by_name = true, hive_partitioning = true)` +
      ` UNION ALL BY NAME SELECT * FROM read_json(['/it''s/[[]x][*]/**/*[0-9].json.gz'], ` +
      `union_by_name = true, hive_partitioning = true)` +
      ` UNION ALL BY NAME SELECT * FROM read_avro(['/it''s/[[]x][*]/**/*[0-9].avro'])`,
  )
})
