import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { keyBytes, seal, unseal } from './sealed.ts'

test('what is sealed opens by its key alone, and not where a bit of it was changed', () => {
  const [key, other] = [systemRandom.bytes(keyBytes), systemRandom.bytes(keyBytes)]
  const sealed = seal('pässword', key, systemRandom)
  assert.equal(unseal(sealed, key), 'pässword')
  assert.equal(unseal(sealed, other), undefined)
  assert.notEqual(seal('pässword', key, systemRandom), sealed, 'the same text twice is not seen')
  const bytes = Buffer.from(sealed, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(unseal(changed.toString('base64url'), key), undefined, `byte ${at}`)
  }
  for (const text of ['', 'x', '!', sealed.slice(0, 20)]) assert.equal(unseal(text, key), undefined)
})
