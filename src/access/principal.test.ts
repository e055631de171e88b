import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPrincipal, parsePrincipal, principalOf } from './principal.ts'

test('a principal is written as its type and its name, which may have colons', () => {
  for (const text of ['User:alice', 'User:CN=a:b', 'Group:x']) {
    const principal = parsePrincipal(text)
    assert.equal(principal && formatPrincipal(principal), text)
  }
  for (const text of ['', 'alice', ':alice', 'User:']) assert.equal(parsePrincipal(text), undefined)
})

test('a name without a type is a user’s', () => {
  assert.deepEqual(principalOf('alice'), { type: 'User', name: 'alice' })
  assert.deepEqual(principalOf('Group:x'), { type: 'Group', name: 'x' })
})
