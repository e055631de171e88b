/** A shared subscription over two MQTT doors before one Apache Kafka, with mosquitto's clients and mqtt.js. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectAsync, type MqttClient } from 'mqtt'
import { between, seededRandom } from '../../src/base/random.ts'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { type RunningProgram, startProgram } from '../helpers/programs.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const skip = withoutPeer('mosquitto', ...apacheKafkaPeers)
const messages = 2000
/** Its only partition is shared all the same. */
const topic = 'work/jobs'

test('every message comes to exactly one of the clients at two doors, and all get their part', {
  skip,
}, async (t) => {
  const { doors, workers } = await twoDoorsWithTwoWorkersEach(t)
  const pump = await connected(t, doors[1])
  await publish(pump, 0, messages)
  await eventually('all are heard', () => heard(workers).length >= messages, 60_000)
  assert.deepEqual(heard(workers).toSorted(), numbered(messages).toSorted())
  for (const one of workers) {
    const own = heard([one])
    assert.ok(own.length > messages / 20, `${own.length} of ${messages}`)
    assert.deepEqual(own, own.toSorted(byNumber))
  }
})

test('a door is restarted under load, and every message comes to exactly one client', {
  skip,
}, async (t) => {
  const { doors, workers } = await twoDoorsWithTwoWorkersEach(t)
  const pump = await connected(t, doors[1])
  await publish(pump, 0, 500)
  await Promise.all([doors[0].stop(), publish(pump, 500, 1000)])
  await Promise.all([doors[0].start(), publish(pump, 1000, 1500)])
  workers.push(await worker(t, doors[0]))
  await publish(pump, 1500, messages)
  await eventually('all are heard', () => heard(workers).length >= messages, 60_000)
  assert.deepEqual(heard(workers).toSorted(), numbered(messages).toSorted())
})

test(`every message comes, whichever of two doors is killed, and when (SEED=${seed})`, {
  skip,
}, async (t) => {
  const random = seededRandom(seed)
  const { doors, workers } = await twoDoorsWithTwoWorkersEach(t)
  const dying = between(random, 0, 1)
  const [dies, stays] = dying === 0 ? doors : [doors[1], doors[0]]
  const pump = await connected(t, stays)
  const killedAt = between(random, 1, messages - 1)
  await publish(pump, 0, killedAt)
  await dies.kill()
  await publish(pump, killedAt, messages)
  const missing = () => {
    const known = new Set(heard(workers))
    return numbered(messages).filter((one) => !known.has(one))
  }
  await eventually('all are heard', () => missing().length === 0, 60_000).catch((error) => {
    throw new Error(`door ${dying} was killed; ${missing().length} are missing`, { cause: error })
  })

  // The door comes back, and its new clients get their part.
  await dies.start()
  const late = await worker(t, dies)
  await publish(pump, messages, messages + 100)
  await eventually('it gets some', () => heard([late]).length > 10)
})

async function twoDoorsWithTwoWorkersEach(t: TestContext) {
  const kafka = await newApacheKafka(t)
  const doors = [await startLeat(t, { kafka }), await startLeat(t, { kafka })] as const
  const workers: RunningProgram[] = []
  for (const door of [...doors, ...doors]) workers.push(await worker(t, door))
  return { doors, workers }
}

/** A client of mosquitto in the group, which lives as long as its door. */
async function worker(t: TestContext, { mqttPort }: LeatProcess): Promise<RunningProgram> {
  const program = startProgram(t, [
    ...['stdbuf', '-oL', 'mosquitto_sub', '-d', '-h', '127.0.0.1', '-p', `${mqttPort}`],
    ...['-V', '5', '-q', '1', '-t', `$share/team/${topic}`, '-F', 'job %p'],
  ])
  await program.says('Subscribed (mid')
  return program
}

async function connected(t: TestContext, { mqttPort }: LeatProcess): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { connectTimeout: 30_000 })
  t.after(() => client.endAsync(true))
  return client
}

async function publish(client: MqttClient, from: number, to: number): Promise<void> {
  const sent = Array.from({ length: to - from }, (_, index) =>
    client.publishAsync(topic, `${from + index}`, { qos: 1 }),
  )
  await Promise.all(sent)
}

const heard = (programs: readonly RunningProgram[]) =>
  programs.flatMap(({ stdout }) =>
    stdout.split('\n').flatMap((line) => /^job (\d+)$/.exec(line)?.[1] ?? []),
  )
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)
const byNumber = (one: string, other: string) => Number(one) - Number(other)
