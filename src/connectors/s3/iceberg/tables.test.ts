import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ManualClock } from '../../../base/testing/manual-clock.ts'
import type { ConnectSchema } from '../../../connect/kit/index.ts'
import { DirectoryStore } from '../stores/directory-store.ts'
import type { Store } from '../stores/index.ts'
import { TestLake } from '../testing/lake.ts'
import { manifestListSchema, manifestSchema } from './manifests.ts'
import type { TableMetadata } from './metadata.ts'
import { decodeRecords } from './records-file.ts'
import { IcebergTables } from './tables.ts'

const folder = 'topics/readings'
const source = { topic: 'readings', partition: 0 }

test('files are in a table once, however often they are added', async (t) => {
  const lake = await testLake(t)
  const tables = new IcebergTables(lake)
  await tables.append(folder, source, 5n, [await lake.file('a', 5)])
  await new IcebergTables(lake).append(folder, source, 5n, [await lake.file('a', 5)])
  await tables.append(folder, { ...source, partition: 1 }, 3n, [await lake.file('b', 3)])
  assert.deepEqual(lake.files(), ['a', 'b'])
  assert.equal(lake.version(), 2)
})

test('a version whose writing was not heard of keeps its manifests, and is the only one', async (t) => {
  const lake = await testLake(t)
  const create = lake.store.create.bind(lake.store)
  lake.store.create = async (key, bytes) =>
    (await create(key, bytes)) && !key.endsWith('.metadata.json')
  await new IcebergTables(lake).append(folder, source, 1n, [await lake.file('a', 1)])
  assert.deepEqual(lake.files(), ['a'])
  assert.equal(lake.version(), 1)
})

test('tasks that commit at the same time come after each other, and the hint is the last version', async (t) => {
  const lake = await testLake(t)
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  await Promise.all(
    names.map(async (name, partition) => {
      const files = [await lake.file(name, 1)]
      await new IcebergTables(lake).append(folder, { ...source, partition }, 1n, files)
    }),
  )
  assert.deepEqual(lake.files(), names)
  assert.equal(lake.version(), names.length)
})

test('a table that another program has written to is left alone, and the error says so', async (t) => {
  const lake = await testLake(t)
  const tables = new IcebergTables(lake)
  await tables.append(folder, source, 1n, [await lake.file('a', 1)])
  const [list = ''] = lake.metadataFiles().filter((name) => name.endsWith('-list.avro'))
  const changed = readFileSync(list).toString('latin1').replace('manifest_file', 'manifest_fool')
  writeFileSync(list, changed, 'latin1')
  await assert.rejects(
    tables.append(folder, source, 2n, [await lake.file('b', 1)]),
    /was written by another program/,
  )
})

const schema: ConnectSchema = {
  ...{ type: 'struct', optional: false },
  fields: [{ name: 'n', schema: { type: 'int64', optional: false } }],
}

async function testLake(t: TestContext) {
  const { folder: root } = new TestLake(t)
  const clock = new ManualClock()
  const store: Store = await DirectoryStore.open(pathToFileURL(root).href, clock.now())
  const place = join(root, folder, 'metadata')
  const version = () => Number(readFileSync(join(place, 'version-hint.text'), 'utf8'))
  const read = <Row>(kind: object, uri: string) =>
    decodeRecords<Row>(kind, readFileSync(new URL(uri)), uri)
  return {
    store,
    clock,
    version,
    metadataFiles: () => readdirSync(place).map((name) => join(place, name)),
    async file(name: string, records: number) {
      await store.create(`${folder}/${name}`, Buffer.from(name))
      return { key: `${folder}/${name}`, schema, records }
    },
    /** Of the version that readers see, from its metadata down. */
    files(): string[] {
      const text = readFileSync(join(place, `v${version()}.metadata.json`), 'utf8')
      const table = JSON.parse(text) as TableMetadata
      const lists = table.snapshots.slice(-1).map((snapshot) => snapshot['manifest-list'])
      const manifests = lists.flatMap((uri) =>
        read<{ manifest_path: string }>(manifestListSchema, uri),
      )
      const entries = manifests.flatMap((one) =>
        read<{ data_file: { file_path: string } }>(manifestSchema, one.manifest_path),
      )
      return entries.map(({ data_file }) => data_file.file_path.replace(/.*\//, '')).sort()
    },
  }
}
