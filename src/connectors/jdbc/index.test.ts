import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Options, readOptions, type ValuesOf } from '../../connect/kit/index.ts'
import { testPlugin } from '../../connect/testing/index.ts'
import { jdbcPlugins } from './index.ts'
import { jdbcSink, mysqlSink } from './sink/plugins.ts'
import { jdbcSource, mysqlSource } from './source/plugins.ts'
import { sourceSettings } from './source/settings.ts'

for (const plugin of jdbcPlugins) testPlugin(plugin)

function read<Of extends Options>(options: Of, config: Record<string, string>): ValuesOf<Of> {
  const { values, errors } = readOptions(options, config)
  assert.deepEqual(errors, {})
  assert.ok(values !== undefined)
  return values
}

const url = { 'connection.url': 'jdbc:mysql://127.0.0.1/d' }
const form = { 'connection.host': '127.0.0.1', 'db.name': 'd', 'topic.prefix': 'p' }

test('settings of a sink that contradict each other are said by their options', async () => {
  const wrong = async (config: Record<string, string>) =>
    Object.keys((await jdbcSink.check?.(read(jdbcSink.options, { ...url, ...config }))) ?? {})
  assert.deepEqual(await wrong({}), [])
  assert.deepEqual(await wrong({ 'insert.mode': 'upsert' }), ['pk.mode'])
  assert.deepEqual(await wrong({ 'delete.enabled': 'true' }), ['delete.enabled'])
  assert.deepEqual(await wrong({ 'pk.mode': 'kafka', 'pk.fields': 'a,b' }), ['pk.fields'])
  assert.deepEqual(await wrong({ 'connection.url': 'mysql://h/d' }), ['connection.url'])
  const cloud = { ...form, 'insert.mode': 'UPSERT', 'pk.mode': 'record_value' }
  assert.deepEqual(await mysqlSink.check?.(read(mysqlSink.options, cloud)), {})
})

test('settings of a source that contradict each other are said by their options', async () => {
  const wrong = async (config: Record<string, string>) => {
    const values = read(jdbcSource.options, { ...url, 'topic.prefix': 'p', ...config })
    return Object.keys((await jdbcSource.check?.(values)) ?? {})
  }
  assert.deepEqual(await wrong({ mode: 'bulk' }), [])
  assert.deepEqual(await wrong({ mode: 'log', query: 'SELECT 1' }), ['mode'])
  assert.deepEqual(await wrong({ mode: 'timestamp' }), ['timestamp.column.name'])
  assert.deepEqual(await wrong({ mode: 'bulk', query: 'SELECT 1', 'table.whitelist': 'a' }), [
    'query',
  ])
})

test("in Confluent Cloud's form, the columns that are named say the mode", () => {
  const mode = (config: Record<string, string>) =>
    sourceSettings(read(mysqlSource.options, { ...form, ...config })).mode
  assert.equal(mode({}), 'bulk')
  assert.equal(mode({ 'timestamp.column.name': 'modified' }), 'timestamp')
  assert.equal(mode({ 'incrementing.column.name': 'ID' }), 'incrementing')
  const both = { 'timestamp.column.name': 'modified', 'incrementing.column.name': 'ID' }
  assert.equal(mode(both), 'timestamp+incrementing')
})
