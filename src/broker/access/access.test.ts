import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { AclBinding } from '../../access/acl.ts'
import { user } from '../../access/principal.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { seededRandom } from '../../base/random.ts'
import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../../protocols/kafka/apis/01-fetch.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { SaslHandshake } from '../../protocols/kafka/apis/17-sasl-handshake.ts'
import { DescribeAcls } from '../../protocols/kafka/apis/29-describe-acls.ts'
import { CreateAcls } from '../../protocols/kafka/apis/30-create-acls.ts'
import { DeleteAcls } from '../../protocols/kafka/apis/31-delete-acls.ts'
import { SaslAuthenticate } from '../../protocols/kafka/apis/36-sasl-authenticate.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { createTopics } from '../testing/create-topics.ts'
import { batchOf, openBroker, Peer } from '../testing/peer.ts'
import { Insiders } from './insiders.ts'

function allowed(fields: Partial<AclBinding> = {}): AclBinding {
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

/** A broker with a door for the super user, one for alice and one for whoever comes. */
async function open(
  t: TestContext,
  declared: readonly AclBinding[],
  directory?: string,
  config: Record<string, string> = {},
  logger?: Logger,
) {
  const door = { host: '127.0.0.1', port: 0 }
  const { broker } = await openBroker(t, {
    ...(directory !== undefined && { directory }),
    config,
    ...(logger !== undefined && { logger }),
    listeners: [{ ...door, principal: user('admin') }, { ...door, principal: user('alice') }, door],
    access: { superUsers: ['User:admin'], allowEveryoneIfNoAclFound: false, declared },
  })
  const [admin, alice, anyone] = await Promise.all(
    broker.addresses.map(({ port }) => Peer.connect(t, port)),
  )
  assert.ok(admin && alice && anyone)
  return { broker, admin, alice, anyone }
}

async function produce(peer: Peer, name: string): Promise<number | undefined> {
  const { responses } = await peer.request(Produce, 9, {
    transactionalId: null,
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name, partitionData: [{ index: 0, records: batchOf(['1']) }] }],
  })
  return responses[0]?.partitionResponses[0]?.errorCode
}

async function fetch(peer: Peer, topic: string): Promise<number | undefined> {
  const partition = { partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }
  const { responses } = await peer.request(Fetch, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1000,
    sessionEpoch: -1,
    topics: [{ topic, partitions: [partition] }],
    forgottenTopicsData: [],
    rackId: '',
  })
  return responses[0]?.partitions[0]?.errorCode
}

test('what was not allowed is refused, and a topic’s existence is not told', async (t) => {
  const { admin, alice, anyone } = await open(t, [allowed()])
  await createTopics(admin, [{ name: 'readings' }, { name: 'secret' }])
  assert.equal(await produce(admin, 'readings'), errorCode.NONE)
  assert.equal(await fetch(alice, 'readings'), errorCode.NONE)
  assert.equal(await produce(alice, 'readings'), errorCode.TOPIC_AUTHORIZATION_FAILED)
  for (const topic of ['secret', 'absent']) {
    assert.equal(await fetch(alice, topic), errorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  assert.equal(await fetch(anyone, 'readings'), errorCode.TOPIC_AUTHORIZATION_FAILED)
})

test('a client is shown only the topics that it may describe', async (t) => {
  const { admin, alice, anyone } = await open(t, [allowed()])
  await createTopics(admin, [{ name: 'readings' }, { name: 'secret' }])
  const shownTo = async (peer: Peer) => {
    const { topics } = await peer.request(Metadata, 12, { topics: null })
    return topics.map(({ name }) => name).filter((name) => !name?.startsWith('__'))
  }
  assert.deepEqual((await shownTo(admin)).sort(), ['readings', 'secret'])
  assert.deepEqual(await shownTo(alice), ['readings'])
  assert.deepEqual(await shownTo(anyone), [])
})

test('a topic is made on demand only by who may create it', async (t) => {
  const { alice, admin } = await open(t, [
    allowed({ name: 'mine.', pattern: 'Prefixed', operation: 'Write' }),
    allowed({ name: 'mine.', pattern: 'Prefixed', operation: 'Create' }),
    allowed({ name: 'ours.', pattern: 'Prefixed', operation: 'Write' }),
  ])
  const { topics } = await alice.request(Metadata, 12, {
    topics: ['mine.a', 'ours.a', 'theirs.a'].map((name) => ({ name })),
  })
  assert.deepEqual(
    topics.map((one) => [one.name, one.errorCode]),
    [
      ['mine.a', errorCode.NONE],
      ['ours.a', errorCode.TOPIC_AUTHORIZATION_FAILED],
      ['theirs.a', errorCode.TOPIC_AUTHORIZATION_FAILED],
    ],
  )
  const all = await admin.request(Metadata, 12, { topics: null })
  assert.equal(
    all.topics.some(({ name }) => name === 'ours.a'),
    false,
  )
})

/** A filter that every ACL fits. */
const everything = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}

/** Bob may read topics that begin with `plant.`. */
const bobs = {
  resourceType: 2,
  resourceName: 'plant.',
  resourcePatternType: 4,
  principal: 'User:bob',
  host: '*',
  operation: 3,
  permissionType: 3,
}

async function listed(peer: Peer): Promise<string[]> {
  const answer = await peer.request(DescribeAcls, 3, everything)
  assert.equal(answer.errorCode, errorCode.NONE)
  return answer.resources.flatMap(({ resourceName, acls }) =>
    acls.map(({ principal }) => `${principal} ${resourceName}`),
  )
}

test('what a client was refused is logged once', async (t) => {
  const logged: unknown[] = []
  const logger: Logger = {
    ...silentLogger,
    info: (_message, facts) => void logged.push(facts),
    with: () => logger,
  }
  const { alice } = await open(t, [], undefined, {}, logger)
  for (let times = 0; times < 3; times++) await fetch(alice, 'secret')
  await alice.request(Metadata, 12, { topics: null })
  const refusal = { principal: 'User:alice', operation: 'Read', resource: 'Topic:secret' }
  assert.deepEqual(logged, [refusal])
})

test('ACLs that clients create survive a restart, and those that they delete stay away', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-access-'))
  const first = await open(t, [allowed()], directory)
  const eves = { ...bobs, principal: 'User:eve' }
  const { results } = await first.admin.request(CreateAcls, 3, { creations: [bobs, eves, bobs] })
  assert.deepEqual(
    results.map((one) => one.errorCode),
    [0, 0, 0],
  )
  const { filterResults } = await first.admin.request(DeleteAcls, 3, {
    filters: [{ ...everything, principalFilter: 'User:eve' }],
  })
  assert.equal(filterResults[0]?.matchingAcls[0]?.principal, 'User:eve')
  await first.broker.close()
  const second = await open(t, [allowed()], directory)
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  assert.deepEqual(await listed(second.admin), ['User:alice readings', 'User:bob plant.'])
})

test('an ACL counts for open connections as soon as it is answered', async (t) => {
  const { admin, alice } = await open(t, [])
  await createTopics(admin, [{ name: 'plant.1' }])
  assert.equal(await fetch(alice, 'plant.1'), errorCode.TOPIC_AUTHORIZATION_FAILED)
  const hers = { ...bobs, principal: 'User:alice' }
  await admin.request(CreateAcls, 3, { creations: [hers] })
  assert.equal(await fetch(alice, 'plant.1'), errorCode.NONE)
  await admin.request(DeleteAcls, 3, { filters: [everything] })
  assert.equal(await fetch(alice, 'plant.1'), errorCode.TOPIC_AUTHORIZATION_FAILED)
})

test('an ACL of the configuration is listed, and a client that deletes it is told where it stands', async (t) => {
  const { admin } = await open(t, [allowed()])
  const { filterResults } = await admin.request(DeleteAcls, 3, { filters: [everything] })
  const [refusal] = filterResults[0]?.matchingAcls ?? []
  assert.equal(refusal?.errorCode, errorCode.POLICY_VIOLATION)
  assert.match(refusal?.errorMessage ?? '', /access\.acls/)
  assert.deepEqual(await listed(admin), ['User:alice readings'])
})

test('only who may alter the cluster changes ACLs, and only who may describe it sees them', async (t) => {
  const cluster = { resourceType: 'Cluster', name: 'kafka-cluster' } as const
  const { alice, anyone } = await open(t, [allowed({ ...cluster, operation: 'Describe' })])
  assert.equal((await listed(alice)).length, 1)
  const { results } = await alice.request(CreateAcls, 3, { creations: [bobs, bobs] })
  assert.deepEqual(
    results.map((one) => one.errorCode),
    [errorCode.CLUSTER_AUTHORIZATION_FAILED, errorCode.CLUSTER_AUTHORIZATION_FAILED],
  )
  const { errorCode: code } = await anyone.request(DescribeAcls, 3, everything)
  assert.equal(code, errorCode.CLUSTER_AUTHORIZATION_FAILED)
})

test('no more ACLs are created than leat.max.acls', async (t) => {
  const { admin } = await open(t, [], undefined, { 'leat.max.acls': '2' })
  const creations = ['a', 'b', 'c'].map((resourceName) => ({ ...bobs, resourceName }))
  const { results } = await admin.request(CreateAcls, 3, { creations })
  assert.deepEqual(
    results.map((one) => one.errorCode),
    creations.map(() => errorCode.POLICY_VIOLATION),
  )
  assert.deepEqual(await listed(admin), [])
})

test('without rules everybody may do everything, and ACLs cannot be made', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  const { errorCode: code } = await peer.request(DescribeAcls, 3, everything)
  assert.equal(code, errorCode.SECURITY_DISABLED)
  const { results } = await peer.request(CreateAcls, 3, { creations: [bobs] })
  assert.equal(results[0]?.errorCode, errorCode.SECURITY_DISABLED)
})

test('a part of the process comes in by a password that it alone knows, with rights that are in no list', async (t) => {
  const insiders = new Insiders(['connect'], seededRandom(1))
  const door = { host: '127.0.0.1', port: 0 }
  const { broker } = await openBroker(t, {
    listeners: [
      { ...door, principal: user('admin') },
      { ...door, insiders, auth: ['PLAIN'] },
    ],
    logins: { users: { connect: 'guess-me' } },
    access: {
      ...{ superUsers: ['User:admin'], allowEveryoneIfNoAclFound: false, declared: [] },
      inside: [allowed({ principal: 'Internal:connect', operation: 'Write' })],
    },
  })
  const [adminPort = 0, port = 0] = broker.addresses.map((one) => one.port)
  const admin = await Peer.connect(t, adminPort)
  await createTopics(admin, [{ name: 'readings' }, { name: 'secret' }])
  const logIn = async (password: string) => {
    const peer = await Peer.connect(t, port)
    await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
    const authBytes = Buffer.from(`\0connect\0${password}`)
    const { errorCode: code } = await peer.request(SaslAuthenticate, 2, { authBytes })
    return { peer, code }
  }
  for (const wrong of ['guess-me', '', 'x'.repeat(43)]) {
    assert.equal((await logIn(wrong)).code, errorCode.SASL_AUTHENTICATION_FAILED)
  }
  const { peer, code } = await logIn(insiders.passwordOf('connect'))
  assert.equal(code, errorCode.NONE)
  assert.equal(await produce(peer, 'readings'), errorCode.NONE)
  assert.equal(await produce(peer, 'secret'), errorCode.TOPIC_AUTHORIZATION_FAILED)
  assert.equal(await fetch(peer, 'readings'), errorCode.TOPIC_AUTHORIZATION_FAILED)
  assert.deepEqual(await listed(admin), [])
})
