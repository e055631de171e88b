import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOwnName } from './own-name.ts'

test('only names that no stranger can point here are ours', () => {
  const own = ['127.0.0.1:8080', '[::1]:8080', '10.0.0.7', 'localhost:8080', 'leat', 'leat:8080']
  const kept = ['pc.local:8080', 'leat.plant.internal', 'a.localhost', 'LEAT.LOCAL', 'x.local.:80']
  for (const name of own.concat(kept)) assert.ok(isOwnName(name, undefined), name)
  const foreign = [
    'evil.example',
    '127.0.0.1.evil.example:8080',
    'local.evil.example',
    '',
    'a b',
    '/',
  ]
  for (const name of foreign) assert.ok(!isOwnName(name, undefined), name)
  assert.ok(isOwnName('leat.example', 'https://leat.example'))
  assert.ok(!isOwnName('x.leat.example', 'https://leat.example'))
})
