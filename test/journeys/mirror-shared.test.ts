/**
 * Two leats with the same leat.yml share the partitions of a mirror between two Apache Kafkas, while
 * machines go on sending, topics come, and one leat after the other is killed,
 * or frozen until the other one has taken up what it had.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { positionsOf, setPositions } from '../../src/connectors/mirror/groups.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { countOf, recordsByPartition } from '../helpers/mirrors.ts'
import { withoutPeer } from '../helpers/peers.ts'

const partitions = 6
const tasks = 4
const rounds = 3
/** What the source deleted of its first partition never comes to the target: offsets differ there. */
const deleted = 10
const longMs = 120_000
const everyMs = 50
const name = 'factory->centre'

const often = {
  'tasks.max': tasks,
  'refresh.topics.interval.seconds': 1,
  'sync.group.offsets.interval.seconds': 1,
  'emit.checkpoints.interval.seconds': 1,
}

test('two leats share a mirror: each record is at the target once and in order, and a group where it was, though they are killed and frozen', {
  skip: withoutPeer(...apacheKafkaPeers),
}, async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const [kafka, centre] = [await newApacheKafka(t), await startApacheKafka(t)]
  const here = clientOf(t, kafka.brokers ?? [])
  const there = clientOf(t, [centre.brokers])
  await here.createTopics([{ name: 'readings', partitions }])
  const readings = new Numbers(here, 'readings', partitions)
  await readings.send(600)
  await here.deleteRecords('readings', 0, BigInt(deleted))
  const settings = {
    kafka,
    mirrors: [
      {
        ...{ alias: 'factory', target: 'centre', to: { brokers: [centre.brokers] } },
        ...{ topics: ['readings', 'more-.*'], config: often },
      },
    ],
  }
  const leats = [await startLeat(t, settings), await startLeat(t, settings)] as const

  const goesOn = readings.goesOn()
  for (let round = 0; round < rounds; round++) {
    await carriedBy(leats, leats)
    const [dies, stays] = between(random, 0, 2) === 0 ? leats : leats.toReversed()
    assert.ok(dies !== undefined && stays !== undefined)
    const reached = await countOf(there, 'factory.readings')
    const until = reached + between(random, 0, 2000)
    const how = pick(random, ['killed', 'frozen'] as const)
    t.diagnostic(`the leat at ${dies.connectPort} is ${how} when ${until} records are there`)
    const isThere = async () => (await countOf(there, 'factory.readings')) >= until
    await eventually('records go on', isThere, longMs)
    const comes = new Numbers(here, `more-${rounds - round}`, 2)
    await here.createTopics([{ name: comes.topic, partitions: 2 }])
    if (how === 'killed') await dies.kill()
    else dies.program.signal('SIGSTOP')
    await comes.send(200)
    await goFurther(here, 'analysis', random)
    await carriedBy([stays], [stays])
    if (how === 'killed') await dies.start()
    else dies.program.signal('SIGCONT')
  }
  await carriedBy(leats, leats)
  await goesOn.stop()
  await goFurther(here, 'analysis', random)

  for (const topic of ['readings', ...Array.from({ length: rounds }, (_, n) => `more-${n + 1}`)]) {
    const sent = await valuesIn(here, topic)
    const isWhole = async () => (await countOf(there, `factory.${topic}`)) >= sent.flat().length
    await eventually(`${topic} is there`, isWhole, longMs)
    assert.deepEqual(await valuesIn(there, `factory.${topic}`), sent)
  }
  const wanted = (await positionsOf(here, 'analysis')).map(({ partition, offset }) => [
    partition,
    partition === 0 ? offset - BigInt(deleted) : offset,
  ])
  assert.equal(wanted.length, partitions)
  const translated = async () => {
    const positions = await positionsOf(there, 'analysis')
    const found = positions.map(({ partition, offset }) => [partition, offset] as const)
    const isSame = (one: readonly unknown[]) =>
      wanted.some((other) => one[0] === other[0] && one[1] === other[1])
    return found.length === partitions && found.every(isSame)
  }
  await eventually('the group is where it was', translated, longMs)
})

function clientOf(t: TestContext, brokers: readonly string[]): KafkaClient {
  const client = new KafkaClient({ brokers, clientId: 'test' })
  t.after(() => client.close())
  return client
}

/** Asks the first one until all tasks run, and each of `workers` has some. */
async function carriedBy(
  [asked]: readonly [LeatProcess, ...LeatProcess[]],
  workers: readonly LeatProcess[],
): Promise<void> {
  const rest = new ConnectRest(asked.connectUrl)
  const wanted = workers.map(({ connectPort }) => `127.0.0.1:${connectPort}`).sort()
  let last: unknown
  const isSo = async () => {
    const { status, body } = await rest.ask('GET', `/connectors/${encodeURIComponent(name)}/status`)
    last = body
    if (status !== 200 || body.tasks.length !== tasks) return false
    const carrying = new Set(body.tasks.map((one: { worker_id: string }) => one.worker_id))
    const areRunning = body.tasks.every((one: { state: string }) => one.state === 'RUNNING')
    return areRunning && [...carrying].sort().join() === wanted.join()
  }
  await eventually(`the mirror is carried by ${wanted.join()}`, isSo, longMs).catch(
    (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(last)}`)
    },
  )
}

/** A group has read some more of each partition. */
async function goFurther(here: KafkaClient, group: string, random: Random): Promise<void> {
  const places = Array.from({ length: partitions }, (_, partition) => partition)
  const ends = await here.offsets(
    places.map((partition) => ({ topic: 'readings', partition, at: 'latest' as const })),
  )
  const known = new Map(
    (await positionsOf(here, group)).map(({ partition, offset }) => [partition, Number(offset)]),
  )
  const positions = ends.map(({ topic, partition, offset }) => ({
    ...{ topic, partition, metadata: '' },
    offset: BigInt(between(random, known.get(partition) ?? deleted, Number(offset))),
  }))
  await setPositions(here, group, positions)
}

/** Numbers that go into the partitions of a topic in turn. */
class Numbers {
  readonly topic: string
  readonly #client: KafkaClient
  readonly #partitions: number
  #next = 0

  constructor(client: KafkaClient, topic: string, width: number) {
    this.#client = client
    this.topic = topic
    this.#partitions = width
  }

  async send(count: number): Promise<void> {
    await using producer = this.#client.producer({ batchBytes: 1000 })
    await Promise.all(
      Array.from({ length: count }, () => {
        const n = this.#next++
        const partition = n % this.#partitions
        return producer.send({ topic: this.topic, partition, value: Buffer.from(`${n}`) })
      }),
    )
  }

  /** At the pace of machines, until it is stopped. */
  goesOn(): { stop(): Promise<void> } {
    let isStopping = false
    const sending = (async () => {
      while (!isStopping) {
        await this.send(60)
        await pause(everyMs)
      }
    })()
    return {
      stop: async () => {
        isStopping = true
        await sending
      },
    }
  }
}

async function valuesIn(client: KafkaClient, topic: string): Promise<number[][]> {
  const found = await recordsByPartition(client, topic)
  return found.map((records) => records.map(({ value }) => Number(value)))
}
