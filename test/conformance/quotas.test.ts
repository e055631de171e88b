/** Quotas of clients: leat and an Apache Kafka keep, tell and enforce the same. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { batchOf, type Peer } from '../../src/broker/testing/peer.ts'
import { Produce } from '../../src/protocols/kafka/apis/00-produce.ts'
import { CreateTopics } from '../../src/protocols/kafka/apis/19-create-topics.ts'
import { CreateAcls } from '../../src/protocols/kafka/apis/30-create-acls.ts'
import { DescribeClientQuotas } from '../../src/protocols/kafka/apis/48-describe-client-quotas.ts'
import { AlterClientQuotas } from '../../src/protocols/kafka/apis/49-alter-client-quotas.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { type GuardedKafka, guardedApacheKafka, guardedLeat } from '../helpers/guarded-kafka.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const skip = withoutPeer('java', 'kafka-broker-4.4.0')
const kafka = shared(guardedApacheKafka)
const leat = shared(guardedLeat)

test('quotas are set, told and taken away with the answers of Apache Kafka', {
  skip,
}, async (t) => {
  const [theirs, ours] = await Promise.all(
    [await kafka(), await leat()].map(async ({ connect }) => {
      const [admin, alice] = await Promise.all([connect(t, 'admin'), connect(t, 'alice')])
      return { admin: await playWithQuotas(admin), alice: await askForQuotas(alice) }
    }),
  )
  assert.deepEqual(ours, theirs)
})

const user = (entityName: string | null) => ({ entityType: 'user', entityName })
const client = (entityName: string | null) => ({ entityType: 'client-id', entityName })
const ip = (entityName: string | null) => ({ entityType: 'ip', entityName })
const set = (key: string, value: number) => ({ key, value, remove: false })

const entries = [
  {
    entity: [user('carol')],
    ops: [set('producer_byte_rate', 1000), set('request_percentage', 1.5)],
  },
  { entity: [user(null)], ops: [set('consumer_byte_rate', 2000)] },
  { entity: [user('carol'), client('pump')], ops: [set('controller_mutation_rate', 0.5)] },
  { entity: [client(null)], ops: [set('producer_byte_rate', 3000)] },
  { entity: [ip('10.0.0.7')], ops: [set('connection_creation_rate', 4)] },
  { entity: [], ops: [set('producer_byte_rate', 1)] },
  { entity: [user('')], ops: [set('producer_byte_rate', 1)] },
  { entity: [{ entityType: 'group', entityName: 'g' }], ops: [set('producer_byte_rate', 1)] },
  { entity: [user('dave'), ip('10.0.0.8')], ops: [set('connection_creation_rate', 1)] },
  { entity: [user('dave')], ops: [set('connection_creation_rate', 1)] },
  { entity: [user('erin')], ops: [set('producer_byte_rate', 0.5)] },
  { entity: [user('frank')], ops: [set('producer_byte_rate', 0)] },
  { entity: [user('grace')], ops: [set('speed', 1)] },
  { entity: [ip(null)], ops: [set('connection_creation_rate', 2 ** 40)] },
]

const filters = [
  { components: [], strict: false },
  { components: [], strict: true },
  ...[true, false].flatMap((strict) => [
    { components: [{ entityType: 'user', matchType: 2, match: null }], strict },
    { components: [{ entityType: 'user', matchType: 1, match: null }], strict },
    { components: [{ entityType: 'user', matchType: 0, match: 'carol' }], strict },
  ]),
  {
    components: [
      { entityType: 'user', matchType: 0, match: 'carol' },
      { entityType: 'client-id', matchType: 2, match: null },
    ],
    strict: true,
  },
  { components: [{ entityType: '', matchType: 0, match: 'x' }], strict: false },
  { components: [{ entityType: 'group', matchType: 0, match: 'x' }], strict: false },
  { components: [{ entityType: 'user', matchType: 0, match: null }], strict: false },
  { components: [{ entityType: 'user', matchType: 1, match: 'x' }], strict: false },
  { components: [{ entityType: 'user', matchType: 7, match: null }], strict: false },
  {
    components: [
      { entityType: 'user', matchType: 0, match: 'x' },
      { entityType: 'ip', matchType: 0, match: '10.0.0.7' },
    ],
    strict: false,
  },
]

async function playWithQuotas(admin: Peer): Promise<unknown> {
  const outcomes = []
  // One by one: what the order of answers is, and whether one fails the others, is each one's own.
  for (const entry of entries) {
    const answer = await admin.request(AlterClientQuotas, 1, {
      entries: [entry],
      validateOnly: false,
    })
    outcomes.push(answer.entries.map(({ errorCode }) => errorCode))
  }
  await untilThereAre(admin, 5)
  const listed = []
  for (const filter of filters) listed.push(await described(admin, filter))
  const taken = [{ key: 'producer_byte_rate', value: 0, remove: true }]
  await admin.request(AlterClientQuotas, 0, {
    entries: [
      { entity: [user('carol')], ops: taken },
      { entity: [client(null)], ops: taken },
    ],
    validateOnly: false,
  })
  await untilThereAre(admin, 4)
  return { outcomes, listed, left: await described(admin, { components: [], strict: false }) }
}

async function askForQuotas(alice: Peer): Promise<unknown> {
  const { entries: altered } = await alice.request(AlterClientQuotas, 1, {
    entries: entries.slice(0, 2),
    validateOnly: false,
  })
  const codes = altered.map(({ errorCode }) => errorCode)
  return [codes, await described(alice, { components: [], strict: false })]
}

type Filter = (typeof filters)[number]

/** In an order that does not depend on hash codes. */
async function described(peer: Peer, filter: Filter): Promise<unknown> {
  const answer = await peer.request(DescribeClientQuotas, 1, filter)
  const sorted = answer.entries?.map(({ entity, values }) =>
    [...entity.map((one) => JSON.stringify(one)), ...values.map((one) => JSON.stringify(one))]
      .sort()
      .join(),
  )
  return { errorCode: answer.errorCode, entries: sorted?.sort() ?? null }
}

/** A broker of Apache Kafka learns of a quota some time after its controller has answered. */
async function untilThereAre(admin: Peer, count: number): Promise<void> {
  await eventually(`there are ${count} quotas`, async () => {
    const all = await admin.request(DescribeClientQuotas, 1, { components: [], strict: false })
    return all.entries?.length === count
  })
}

test('a producer must wait as long as Apache Kafka lets it wait', { skip }, async (t) => {
  const [theirs, ours] = await Promise.all([kafka(), leat()])
  const [longest, our] = await Promise.all([waits(t, theirs), waits(t, ours)])
  for (const [index, ms] of longest.entries()) {
    const difference = Math.abs(ms - (our[index] ?? 0))
    assert.ok(difference <= windowMs + ms / 10, `Apache Kafka: ${longest} ms; leat: ${our} ms`)
  }
  assert.ok((longest.at(-1) ?? 0) > 5000)
})

/** What has been written is counted by windows of a second, which begin when it suits each side. */
const windowMs = 1000

/** Bob may write 100 kB a second and writes much more; each on a connection that may be heard. */
async function waits(t: TestContext, { connect }: GuardedKafka): Promise<number[]> {
  const admin = await connect(t, 'admin')
  const topic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  await admin.request(CreateTopics, 7, { topics: [{ name: 'limited', ...topic }] })
  const rule = { resourceType: 2, resourceName: 'limited', operation: 4, permissionType: 3 }
  await admin.request(CreateAcls, 3, {
    creations: [{ ...rule, principal: 'User:bob', host: '*' }],
  })
  await admin.request(AlterClientQuotas, 1, {
    entries: [{ entity: [user('bob')], ops: [set('producer_byte_rate', 100_000)] }],
    validateOnly: false,
  })
  await eventually('bob may write', async () => {
    const answer = await produce(await connect(t, 'bob'), 1)
    return answer.responses[0]?.partitionResponses[0]?.errorCode === 0
  })
  const throttled: number[] = []
  for (const bytes of [600_000, 600_000, 600_000]) {
    throttled.push((await produce(await connect(t, 'bob'), bytes)).throttleTimeMs)
  }
  return throttled
}

function produce(peer: Peer, bytes: number) {
  const records = batchOf(['x'.repeat(bytes)])
  return peer.request(Produce, 9, {
    acks: 1,
    timeoutMs: 1000,
    topicData: [{ name: 'limited', partitionData: [{ index: 0, records }] }],
  })
}

for (const version of ['3.9.1', '4.3.1'] as const) {
  test(`ConfigCommand ${version} sets and shows quotas as on Apache Kafka`, {
    skip: withoutPeer('java', 'kafka-broker-4.4.0', `kafka-tools-${version}`),
  }, async (t) => {
    const sides = await Promise.all([kafka(), leat()])
    const [theirs, ours] = await Promise.all(
      sides.map(async ({ brokers, adminProperties }) => {
        const properties = join(temporaryFolder(t), 'admin.properties')
        writeFileSync(properties, `${adminProperties}\n`)
        const how = ['--bootstrap-server', brokers, '--command-config', properties]
        const whose = ['--entity-type', 'users', '--entity-name', `heidi-${version}`]
        const config = (...args: string[]) =>
          outputOf(kafkaTool(version, 'ConfigCommand', ...how, ...whose, ...args))
        await config('--alter', '--add-config', 'producer_byte_rate=1024,request_percentage=50')
        return await eventually(
          'the quota is shown',
          async () => {
            const said = await config('--describe')
            return said.includes('1024') && said
          },
          120_000,
        )
      }),
    )
    assert.equal(ours, theirs)
  })
}
