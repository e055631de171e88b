import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { AclBinding } from '../../access/acl.ts'
import { user } from '../../access/principal.ts'
import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../../protocols/kafka/apis/01-fetch.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { createTopics } from '../testing/create-topics.ts'
import { batchOf, openBroker, Peer } from '../testing/peer.ts'

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
async function open(t: TestContext, declared: readonly AclBinding[]) {
  const door = { host: '127.0.0.1', port: 0 }
  const { broker } = await openBroker(t, {
    listeners: [{ ...door, principal: user('admin') }, { ...door, principal: user('alice') }, door],
    access: { superUsers: ['User:admin'], allowEveryoneIfNoAclFound: false, declared },
  })
  const [admin, alice, anyone] = await Promise.all(
    broker.addresses.map(({ port }) => Peer.connect(t, port)),
  )
  assert.ok(admin && alice && anyone)
  return { admin, alice, anyone }
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
