import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncryptionCoding } from './coding.ts'
import { KeyRing } from './key-ring.ts'

const coding: EncryptionCoding = {
  keyBits: 128,
  mode: 'GCM',
  padding: 'none',
  secret: { password: 'secret', derivation: { iterations: 1, hash: 'sha256' } },
  saltBytes: 4,
}

function salt(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

test('a key is derived once a salt', () => {
  const ring = new KeyRing(coding)
  const [first, second] = [ring.key(1, salt(1)), ring.key(1, salt(2))]
  assert.notEqual(first, second)
  assert.equal(ring.key(1, salt(1)), first)
  assert.equal(ring.key(1, salt(2)), second)
  assert.equal(ring.derivedCount, 2)
})

test('a ring keeps a thousand derived keys, and among them those in use', () => {
  const ring = new KeyRing(coding)
  const inUse = ring.key(1, salt(0))
  for (let number = 1; number <= 3000; number++) {
    ring.key(1, salt(number))
    assert.equal(ring.key(1, salt(0)), inUse)
  }
  assert.equal(ring.derivedCount, 1000)
})

test('the salt that is remembered is a copy, as the message it came in may be overwritten', () => {
  const ring = new KeyRing(coding)
  const bytes = salt(1)
  const first = ring.key(1, bytes)
  bytes.writeUInt32BE(2)
  assert.notEqual(ring.key(1, bytes), first)
})
