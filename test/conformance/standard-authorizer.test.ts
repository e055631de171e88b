/** Apache Kafka's own authorizer as the judge of ours: random rules, random questions. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type AclBinding,
  type Operation,
  operations,
  patternTypes,
  permissions,
  resourceTypes,
} from '../../src/access/acl.ts'
import { Acls } from '../../src/access/acls.ts'
import { hostAddress } from '../../src/access/host.ts'
import { parsePrincipal } from '../../src/access/principal.ts'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { classPath } from '../helpers/apache-kafka.ts'
import { javaCommand, requirePeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const peer = 'kafka-broker-4.4.0'
const program = join(import.meta.dirname, '../helpers/java/StandardAcls.java')
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const sets = points('ACL_SETS', { few: 200, all: 2000 })
const questionsOfASet = 60

/** Few words, so that rules and questions meet. */
const principals = ['User:alice', 'User:bob', 'User:CN=a:b', 'Group:alice']
const hosts = ['127.0.0.1', '10.0.0.7', '::1']
const types = ['Topic', 'Group'] as const
const names = ['a', 'ab', 'abc', 'abd', 'b', 'hardcode', 'hard', '~x', '-']
const asked = Object.keys(operations).filter((one) => one !== 'All') as Operation[]

interface Question {
  readonly principal: string
  readonly host: string
  readonly operation: Operation
  readonly type: (typeof types)[number]
  /** Without it: any resource of the type. */
  readonly name: string | undefined
}

test('the same rules allow what Apache Kafka’s authorizer allows', async (t) => {
  if (requirePeer(t, peer) === undefined) return
  const random = seededRandom(seed)
  const lines: string[] = []
  const ours: { readonly allowed: boolean; readonly story: string }[] = []
  for (let set = 0; set < sets; set++) {
    const superUsers = random.next() < 0.2 ? ['User:bob'] : []
    const allowEveryoneIfNoAclFound = random.next() < 0.3
    const acls = new Acls({ superUsers, allowEveryoneIfNoAclFound })
    lines.push(`new\t${superUsers.join(';')}\t${allowEveryoneIfNoAclFound}`)
    for (let left = between(random, 0, 12); left > 0; left--) acls.add(someAcl(random))
    // Rules that come and go leave no trace.
    for (const acl of [...acls.all()]) if (random.next() < 0.1) acls.remove(acl)
    for (const acl of acls.all()) lines.push(lineOf(acl))
    for (let left = questionsOfASet; left > 0; left--) {
      const question = someQuestion(random)
      lines.push(lineOfQuestion(question))
      const story = JSON.stringify({ seed, acls: [...acls.all()], question }, undefined, 1)
      ours.push({ allowed: answer(acls, question), story })
    }
  }
  const command = [...javaCommand(classPath), program]
  const said = await outputOf(command, { input: `${lines.join('\n')}\n`, deadlineMs: 300_000 })
  const theirs = said.split('\n').filter((line) => line === 'true' || line === 'false')
  assert.equal(theirs.length, ours.length)
  for (const [index, { allowed, story }] of ours.entries()) {
    assert.equal(String(allowed), theirs[index], story)
  }
  const allowed = ours.filter((one) => one.allowed).length
  assert.ok(allowed > ours.length / 10 && allowed < (ours.length * 9) / 10, `SEED=${seed}`)
})

function someAcl(random: Random): AclBinding {
  return {
    resourceType: pick(random, types),
    name: pick(random, [...names, '*', '*', '*']),
    pattern: random.next() < 0.4 ? 'Prefixed' : 'Literal',
    principal: pick(random, [...principals, 'User:*']),
    host: random.next() < 0.5 ? '*' : hostAddress(pick(random, hosts)),
    operation: pick(random, Object.keys(operations) as Operation[]),
    permission: random.next() < 0.3 ? 'Deny' : 'Allow',
  }
}

function someQuestion(random: Random): Question {
  return {
    principal: pick(random, principals),
    host: pick(random, hosts),
    operation: pick(random, asked),
    type: pick(random, types),
    name: random.next() < 0.2 ? undefined : pick(random, names),
  }
}

function answer(acls: Acls, { principal: text, host, operation, type, name }: Question): boolean {
  const principal = parsePrincipal(text)
  assert.ok(principal)
  const address = hostAddress(host)
  return name === undefined
    ? acls.allowsAny(principal, address, operation, type)
    : acls.allows(principal, address, operation, { type, name })
}

function lineOf({ resourceType, name, pattern, operation, permission, ...who }: AclBinding) {
  const codes = [operations[operation], permissions[permission]]
  const resource = [resourceTypes[resourceType], name, patternTypes[pattern]]
  return ['acl', ...resource, who.principal, who.host, ...codes].join('\t')
}

function lineOfQuestion({ principal, host, operation, type, name }: Question): string {
  const about = [principal, host, operations[operation], resourceTypes[type]]
  return name === undefined ? ['any', ...about].join('\t') : ['one', ...about, name].join('\t')
}
