import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, user } from '../access/principal.ts'
import { roleOf } from './roles.ts'

const roles = { operator: ['alice', 'User:CN=bob', 'group:plant'], viewer: ['carol', 'group:all'] }

test('a role names users, groups of an issuer, or everybody', () => {
  assert.equal(roleOf(roles, user('alice')), 'operator')
  assert.equal(roleOf(roles, user('CN=bob')), 'operator')
  assert.equal(roleOf(roles, user('eve'), ['plant']), 'operator')
  assert.equal(roleOf(roles, user('carol')), 'viewer')
  assert.equal(roleOf(roles, user('carol'), ['all', 'plant']), 'operator', 'the greater one counts')
  assert.equal(roleOf({ operator: [], viewer: ['*'] }, anonymous), 'viewer')
})

test('whom no role names has none, and without roles everybody is an operator', () => {
  assert.equal(roleOf(roles, user('eve')), undefined)
  assert.equal(roleOf(roles, user('group:plant')), undefined, 'a name is no group')
  assert.equal(roleOf(roles, user('plant'), ['alice']), undefined, 'a group is no name')
  assert.equal(roleOf(roles, { type: 'Group', name: 'alice' }), undefined)
  assert.equal(roleOf(undefined, anonymous), 'operator')
})
