import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AclBinding, Operation } from './acl.ts'
import { Acls } from './acls.ts'
import { user } from './principal.ts'

const alice = user('alice')
const home = '127.0.0.1'

function rule(fields: Partial<AclBinding> = {}): AclBinding {
  return {
    resourceType: 'Topic',
    name: 'readings',
    pattern: 'Literal',
    principal: 'User:alice',
    host: '*',
    operation: 'Read',
    permission: 'Allow',
    ...fields,
  }
}

function aclsOf(
  rules: readonly AclBinding[],
  options: Partial<ConstructorParameters<typeof Acls>[0]> = {},
) {
  const acls = new Acls({ superUsers: [], allowEveryoneIfNoAclFound: false, ...options })
  for (const acl of rules) acls.add(acl)
  const allows = (operation: Operation, name = 'readings', host = home) =>
    acls.allows(alice, host, operation, { type: 'Topic', name })
  return { acls, allows }
}

test('what no rule allows is refused', () => {
  const { allows } = aclsOf([rule()])
  assert.equal(allows('Read'), true)
  assert.equal(allows('Write'), false)
  assert.equal(allows('Read', 'others'), false)
})

test('who is denied is refused, whatever else is allowed', () => {
  const { allows } = aclsOf([
    rule({ operation: 'All', name: '*' }),
    rule({ permission: 'Deny', name: 'read', pattern: 'Prefixed' }),
  ])
  assert.equal(allows('Read'), false)
  assert.equal(allows('Read', 'others'), true)
  assert.equal(allows('Write'), true)
})

test('who may read, write, delete or alter may also describe, but who may not read may still', () => {
  for (const operation of ['Read', 'Write', 'Delete', 'Alter'] as const) {
    assert.equal(aclsOf([rule({ operation })]).allows('Describe'), true)
  }
  assert.equal(aclsOf([rule({ operation: 'AlterConfigs' })]).allows('DescribeConfigs'), true)
  assert.equal(aclsOf([rule({ operation: 'AlterConfigs' })]).allows('Describe'), false)
  const denied = aclsOf([rule({ permission: 'Deny' }), rule({ operation: 'Describe' })])
  assert.equal(denied.allows('Describe'), true)
})

test('a prefixed rule speaks of all names that begin so, a literal one of its own name alone', () => {
  const prefixed = aclsOf([rule({ name: 'plant.', pattern: 'Prefixed' })])
  assert.equal(prefixed.allows('Read', 'plant.1'), true)
  assert.equal(prefixed.allows('Read', 'plant.'), true)
  assert.equal(prefixed.allows('Read', 'plant'), false)
  const literal = aclsOf([rule({ name: 'plant.' })])
  assert.equal(literal.allows('Read', 'plant.1'), false)
})

test('a rule of a host speaks of that host alone', () => {
  const { allows } = aclsOf([rule({ host: '10.0.0.7' })])
  assert.equal(allows('Read', 'readings', '10.0.0.7'), true)
  assert.equal(allows('Read'), false)
})

test('super users may do everything, also what is denied to everybody', () => {
  const { allows } = aclsOf([rule({ principal: 'User:*', permission: 'Deny', operation: 'All' })], {
    superUsers: ['User:alice'],
  })
  assert.equal(allows('Read'), true)
})

test('a resource of which no rule speaks is everybody’s where that is wanted', () => {
  const { allows } = aclsOf([rule({ principal: 'User:bob' })], { allowEveryoneIfNoAclFound: true })
  assert.equal(allows('Read', 'others'), true)
  assert.equal(allows('Read'), false)
})

test('a rule that is removed says nothing any more, and changes the version', () => {
  const { acls, allows } = aclsOf([rule({ name: 'r', pattern: 'Prefixed' }), rule()])
  const before = acls.version
  acls.remove(rule({ name: 'r', pattern: 'Prefixed' }))
  assert.equal(allows('Read', 'rain'), false)
  assert.equal(allows('Read'), true)
  assert.notEqual(acls.version, before)
  assert.equal(acls.size, 1)
})

test('whoever may write to some topic is known to be able to, unless it is denied again', () => {
  const any = (rules: AclBinding[]) => aclsOf(rules).acls.allowsAny(alice, home, 'Write', 'Topic')
  const write = rule({ operation: 'Write' })
  assert.equal(any([]), false)
  assert.equal(any([write]), true)
  assert.equal(any([write, rule({ operation: 'Write', permission: 'Deny' })]), false)
  const others = rule({ operation: 'All', permission: 'Deny', name: 'read', pattern: 'Prefixed' })
  assert.equal(any([write, others]), false)
  assert.equal(any([write, rule({ ...others, name: 'x' })]), true)
  assert.equal(any([write, rule({ ...others, name: '*', pattern: 'Literal' })]), false)
})
