import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOptions } from '../../../connect/kit/index.ts'
import { addressOfUrl } from '../options/connection.ts'
import { jdbcSource } from '../source/plugins.ts'
import { logSettings } from './settings.ts'

function settingsOf(connector: string, config: Record<string, string> = {}) {
  const url = { 'connection.url': 'jdbc:postgresql://h/d', mode: 'log', 'topic.prefix': 'p' }
  const { values } = readOptions(jdbcSource.options, { ...url, ...config })
  assert.ok(values !== undefined)
  return logSettings(values, connector, addressOfUrl(values))
}

test('a slot is called after its connector, in letters that PostgreSQL takes, and no two alike', () => {
  assert.equal(settingsOf('plant_1').slot, 'leat_plant_1')
  const others = ['Plant_1', 'plant-1', 'plant.1', 'ä', 'x'.repeat(100), 'x'.repeat(101)]
  const slots = others.map((connector) => settingsOf(connector).slot)
  for (const slot of slots) assert.match(slot, /^[a-z0-9_]{1,63}$/)
  assert.equal(new Set([...slots, 'leat_plant_1']).size, others.length + 1)
})

test('the publication is called as the slot is, unless it has a name', () => {
  assert.equal(settingsOf('c', { 'slot.name': 'mine' }).publication, 'mine')
  assert.equal(settingsOf('c', { 'publication.name': 'Ours' }).publication, 'Ours')
})

test('each connector is another replica of MySQL, always the same one', () => {
  assert.notEqual(settingsOf('a').serverId, settingsOf('b').serverId)
  assert.equal(settingsOf('a').serverId, settingsOf('a').serverId)
  assert.equal(settingsOf('a', { 'database.server.id': '7' }).serverId, 7)
})
