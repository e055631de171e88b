import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPath } from './own-path.ts'

test('after a login one is where one wanted to go on our own page', () => {
  const own = ['/topics', '/topics/sensor.raw?from=end#3', '/groups/a%2Fb', '/x/:y@z']
  for (const path of own) assert.equal(ownPath(path), path)
})

test('no text leads from a login to another site, in whatever way a browser reads it', () => {
  const foreign = [
    ...['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', '///evil'],
    ...['/\t/evil.example', '/\n/evil.example', '\t//evil.example', ' //evil.example', '/./\\evil'],
    ...['javascript:alert(1)', 'http:evil.example', 'evil.example', '', '.', '@evil.example'],
    ...['/x/..//evil.example', '/x/%2e%2e//evil.example', '/.//evil.example', '/x/..\\\\evil'],
    ...[`/${'x'.repeat(5000)}`, '/api/oidc/start?next=/', '/x/../api/session', '/\u0000/evil'],
  ]
  for (const text of foreign) {
    const path = ownPath(text)
    const url = new URL(path, 'https://leat.example')
    assert.equal(url.origin, 'https://leat.example', JSON.stringify(text))
    assert.ok(!path.startsWith('//') && !path.startsWith('/api/'), JSON.stringify(text))
  }
  assert.equal(ownPath(undefined), '/')
  assert.equal(ownPath('//evil.example'), '/')
})
