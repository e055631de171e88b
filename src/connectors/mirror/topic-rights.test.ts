import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AclBinding } from '../../access/acl.ts'
import { mirroredRights } from './topic-rights.ts'

const rule = (more: Partial<AclBinding>): AclBinding => ({
  ...{ resourceType: 'Topic', name: 'readings', pattern: 'Literal', principal: 'User:alice' },
  ...{ host: '*', operation: 'Read', permission: 'Allow', ...more },
})

const mirrored = (...rules: AclBinding[]) =>
  mirroredRights(
    rules,
    (topic) => topic !== 'secret',
    (topic) => `factory.${topic}`,
  ).map(({ name, operation, permission }) => `${permission} ${operation} ${name}`)

test('who may read a topic may read its copy, and nobody may write to it', () => {
  assert.deepEqual(
    mirrored(
      rule({}),
      rule({ operation: 'Describe' }),
      rule({ operation: 'Write' }),
      rule({ operation: 'Delete' }),
      rule({ operation: 'Alter' }),
      rule({ operation: 'All', principal: 'User:bob' }),
    ),
    [
      'Allow Read factory.readings',
      'Allow Describe factory.readings',
      'Allow Read factory.readings',
    ],
  )
})

test('what is denied stays denied, and rules for other topics stay where they are', () => {
  assert.deepEqual(
    mirrored(
      rule({ permission: 'Deny' }),
      rule({ permission: 'Deny', operation: 'All' }),
      rule({ name: 'secret' }),
      rule({ name: '*' }),
      rule({ name: 'read', pattern: 'Prefixed' }),
    ),
    ['Deny Read factory.readings', 'Deny All factory.readings'],
  )
})
