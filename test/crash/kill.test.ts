/**
 * kill -9 under load, again and again. What was acknowledged must be there afterwards: once where
 * the protocol promises it (idempotent producer, QoS 2), at least once elsewhere (QoS 1); offsets
 * and the positions of groups never go back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import mqtt, { type MqttClient } from 'mqtt'
import { between, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { OffsetCommit } from '../../src/protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../src/protocols/kafka/apis/09-offset-fetch.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { UnderWay } from '../helpers/under-way.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const rounds = points('CRASH_ROUNDS', { few: 5, all: 50 })
const group = 'crash-group'

/** Publishes numbers until told to stop, and remembers which were acknowledged. */
class Load {
  readonly acknowledged = new Set<number>()
  #next = 0
  #stopped = false
  readonly #underWay: UnderWay

  constructor(most: number, publish: (value: number) => Promise<unknown>) {
    this.#underWay = new UnderWay(most)
    void this.#run(publish)
  }

  async #run(publish: (value: number) => Promise<unknown>): Promise<void> {
    while (!this.#stopped) {
      const value = this.#next++
      const sent = publish(value).then(
        () => void this.acknowledged.add(value),
        () => {}, // Not acknowledged, so nothing was promised.
      )
      await this.#underWay.add(sent)
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#underWay.ended()
  }
}

function mqttClient(leat: LeatProcess, clientId: string): MqttClient {
  return mqtt.connect(`mqtt://127.0.0.1:${leat.mqttPort}`, {
    clientId,
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: 20,
    connectTimeout: 5000,
  })
}

/** Newer versions name topics by id, older ones by name. */
interface NamedTopic {
  readonly name: string
  readonly topicId: Buffer
}

async function named(client: KafkaClient, name: string): Promise<NamedTopic> {
  const [topic] = await client.topics([name])
  return { name, topicId: Buffer.from(topic?.id ?? '', 'base64url') }
}

/** Commits growing positions; `highest` is the last one that was acknowledged. */
class Committer {
  highest = 0n
  #next = 1n
  #stopped = false
  readonly #client: KafkaClient
  readonly #topic: NamedTopic
  readonly #done: Promise<void>

  constructor(client: KafkaClient, topic: NamedTopic) {
    this.#client = client
    this.#topic = topic
    this.#done = this.#run()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const committedOffset = this.#next++
      try {
        const answer = await this.#client.request(
          OffsetCommit,
          {
            groupId: group,
            generationIdOrMemberEpoch: -1,
            memberId: '',
            topics: [
              {
                ...this.#topic,
                partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: '' }],
              },
            ],
          },
          { coordinatorOf: group },
        )
        if (answer.topics[0]?.partitions[0]?.errorCode === 0) this.highest = committedOffset
      } catch {
        // The broker was killed: nothing was acknowledged.
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#done
  }
}

async function committed(client: KafkaClient, topic: NamedTopic): Promise<bigint> {
  const topics = [{ ...topic, partitionIndexes: [0] }]
  const answer = await client.request(
    OffsetFetch,
    { groups: [{ groupId: group, topics }], requireStable: false },
    { coordinatorOf: group },
  )
  return answer.groups[0]?.topics[0]?.partitions[0]?.committedOffset ?? -1n
}

/** Every value of a topic, in the order of its offsets. */
async function readAll(client: KafkaClient, topic: string): Promise<number[]> {
  const [info] = await client.topics([topic])
  const values: number[] = []
  for (const { partition } of info?.partitions ?? []) {
    const [latest] = await client.offsets([{ topic, partition, at: 'latest' }])
    const end = latest?.offset ?? 0n
    if (end === 0n) continue
    let expected = 0n
    const reached = Promise.withResolvers<void>()
    const fetcher = client.fetcher({
      onRecords(_topic, _partition, records) {
        for (const { offset, value } of records) {
          assert.equal(offset, expected, `offsets of ${topic}-${partition} have a gap`)
          expected = offset + 1n
          values.push(Number(value))
        }
        if (expected >= end) reached.resolve()
      },
      onError: (error) => reached.reject(error),
    })
    fetcher.assign(topic, partition, 'earliest')
    await reached.promise
    await fetcher.close()
  }
  return values
}

for (const durability of ['disk', 'os']) {
  test(`kill -9 in ${rounds} rounds under load loses nothing acknowledged and doubles nothing exact (durability ${durability}, SEED=${seed})`, async (t) => {
    const random = seededRandom(seed)
    const topics = { numbers: { partitions: 3 } }
    const leat = await startLeat(t, { kafka: { durability, topics } })
    const client = new KafkaClient({ brokers: [leat.brokers], clientId: 'crash' })
    t.after(() => client.close())
    const producer = client.producer({ acks: -1, idempotent: true })
    const [atLeastOnce, exactlyOnce] = [mqttClient(leat, 'crash-1'), mqttClient(leat, 'crash-2')]
    t.after(() => atLeastOnce.endAsync(true))
    t.after(() => exactlyOnce.endAsync(true))
    for (const one of [atLeastOnce, exactlyOnce]) one.on('error', () => {})
    const loads = {
      numbers: new Load(50, (value) =>
        producer.send({ topic: 'numbers', partition: value % 3, value: Buffer.from(`${value}`) }),
      ),
      once: new Load(20, (value) => atLeastOnce.publishAsync('once', `${value}`, { qos: 1 })),
      exact: new Load(10, (value) => exactlyOnce.publishAsync('exact', `${value}`, { qos: 2 })),
    }
    const numbers = await named(client, 'numbers')
    const committer = new Committer(client, numbers)
    t.after(() => committer.stop())
    t.after(() => Promise.all(Object.values(loads).map((load) => load.stop())))
    let ends = new Map<string, bigint>()
    for (let round = 0; round < rounds; round++) {
      const before = [...Object.values(loads)].map(({ acknowledged }) => acknowledged.size)
      await eventually('every load moves', () =>
        Object.values(loads).every(({ acknowledged }, i) => acknowledged.size > (before[i] ?? 0)),
      )
      await new Promise((resolve) => setTimeout(resolve, between(random, 0, 150)))
      const highest = committer.highest
      await leat.kill()
      await leat.start()
      assert.ok(
        (await committed(client, numbers)) >= highest,
        'the position of the group went back',
      )
      const asked = ['numbers', 'once', 'exact'].map((topic) => ({
        topic,
        partition: 0,
        at: 'latest' as const,
      }))
      const now = new Map((await client.offsets(asked)).map(({ topic, offset }) => [topic, offset]))
      for (const [topic, end] of now)
        assert.ok(end >= (ends.get(topic) ?? 0n), `${topic} went back`)
      ends = now
    }
    await committer.stop()
    await Promise.all(Object.values(loads).map((load) => load.stop()))
    for (const [topic, { acknowledged }] of Object.entries(loads)) {
      const found = await readAll(client, topic)
      const distinct = new Set(found)
      const lost = [...acknowledged].filter((value) => !distinct.has(value))
      assert.deepEqual(lost, [], `${topic} lost acknowledged messages`)
      if (topic !== 'once') {
        assert.equal(found.length, distinct.size, `${topic} has messages twice`)
      }
      t.diagnostic(`${topic}: ${acknowledged.size} acknowledged, ${found.length} in the log`)
    }
  })
}
