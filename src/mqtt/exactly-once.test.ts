import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LeatError } from '../base/errors.ts'
import { between, seededRandom } from '../base/random.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { noProperties } from '../protocols/mqtt/index.ts'
import type { KafkaRecord } from './kafka.ts'
import { defaultLimits } from './limits.ts'
import {
  applyRecord,
  type Intent,
  intentRecords,
  newStoredSession,
  type StoredSession,
  snapshotRecord,
} from './stored-session.ts'
import { openDoor, RawClient, session, until } from './testing/doors.ts'
import { FakeKafka } from './testing/fake-kafka.ts'
import { Sender } from './testing/sender.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
/** Longer than a door waits for anything. */
const patienceMs = defaultLimits.logWaitMs + defaultLimits.closeMs

test(`messages of QoS 2 are in the log once each, wherever the process dies (seed ${seed})`, async (t) => {
  const random = seededRandom(seed)
  for (let round = 0; round < 15; round++) {
    const cluster = new FakeKafka()
    const payloads = Array.from({ length: 20 }, (_, n) => `${n}`)
    let sender: Sender | undefined
    for (let life = 0; sender === undefined || !sender.done; life++) {
      // What a dead process waits for never comes, so its time is let run out below.
      const clock = new ManualClock()
      const { kafka, port, door } = await openDoor(t, { clock }, cluster)
      let writesLeft = life < 6 ? between(random, 1, 40) : Number.POSITIVE_INFINITY
      cluster.beforeWrite = (topic) => {
        writesLeft -= 1
        if (writesLeft > 0) return undefined
        kafka.kill()
        // A write on its way when the process dies may be done or not.
        if (topic.startsWith('__') || random.next() < 0.5) return new Promise(() => {})
        return undefined
      }
      const client = await RawClient.open(t, port)
      client.send({ type: 'connect', version: 5, keepAliveSeconds: 0, ...session })
      await until('it is connected or dead', () => client.packets.length > 0 || writesLeft <= 0)
      if (client.packets.length > 0) {
        client.packets.splice(0)
        sender ??= new Sender(client, payloads)
        sender.start(client, life > 0)
        await until('all is done or the process is dead', () => {
          sender?.step()
          return sender?.done || writesLeft <= 0
        })
      }
      sender?.step()
      cluster.beforeWrite = () => {}
      kafka.kill()
      client.socket.destroy()
      const closed = door.close()
      clock.advance(patienceMs)
      await closed
    }
    assert.deepEqual(cluster.values('once').sort(), payloads.toSorted())
  }
})

test('a message that the log refuses is refused, and the next ones are taken', async (t) => {
  const { port, cluster } = await openDoor(t)
  const client = await RawClient.open(t, port)
  await client.connect(session)
  const publish = (packetId: number, payload: string) =>
    client.send({
      type: 'publish',
      qos: 2,
      retain: false,
      duplicate: false,
      topic: 'once',
      packetId,
      payload: Buffer.from(payload),
      properties: noProperties,
    })
  cluster.beforeWrite = (topic) => {
    if (topic === 'once') throw new LeatError('message-too-large', 'It is too large.')
  }
  publish(1, 'refused')
  assert.equal((await client.next('pubrec')).reason, 0x83)
  cluster.beforeWrite = () => {}
  publish(1, 'taken')
  assert.equal((await client.next('pubrec')).reason, 0)
  assert.deepEqual(cluster.values('once'), ['taken'])
})

test('a PUBREC does not come before both the intention and the message are durable', async (t) => {
  const { port, cluster } = await openDoor(t, { limits: { closeMs: 1 } })
  cluster.create('once')
  const client = await RawClient.open(t, port)
  await client.connect(session)
  const held: (() => void)[] = []
  const order: string[] = []
  cluster.beforeWrite = (topic) => {
    order.push(topic)
    return new Promise((resolve) => held.push(resolve))
  }
  client.send({
    type: 'publish',
    qos: 2,
    retain: false,
    duplicate: false,
    topic: 'once',
    packetId: 9,
    payload: Buffer.from('x'),
    properties: noProperties,
  })
  await until('the intention is being written', () => held.length === 1)
  client.send({ type: 'pingreq' })
  await client.next('pingresp')
  assert.deepEqual([order, client.packets], [['__mqtt_sessions'], []])
  held.shift()?.()
  await until('the message is being written', () => order.includes('once'))
  client.send({ type: 'pingreq' })
  await client.next('pingresp')
  assert.deepEqual(client.packets, [])
  for (const release of held.splice(0)) release()
  await client.next('pubrec')
})

test('a message that is not in the log, nor intended to be, is not taken for taken after a restart', async (t) => {
  const { cluster, kafka, port } = await openDoor(t, { limits: { closeMs: 1 } })
  const client = await RawClient.open(t, port)
  await client.connect(session)
  // The log is so slow that not even the intention gets there.
  kafka.producerIdentity = () => new Promise(() => {})
  cluster.create('once')
  client.send({
    type: 'publish',
    qos: 2,
    packetId: 7,
    retain: false,
    duplicate: false,
    topic: 'once',
    payload: Buffer.from('hello'),
    properties: noProperties,
  })
  client.send({ type: 'pingreq' })
  await client.next('pingresp')
  client.socket.destroy()
  const snapshots = () =>
    cluster.values('__mqtt_sessions').filter((value) => value.includes('"leftAtMs":1'))
  await until('the session is stored', () => snapshots().length > 0)
  assert.deepEqual(JSON.parse(snapshots().at(-1) ?? '').taken, [])
})

test('what an intention names is taken, whatever the session’s later record says', () => {
  const sessions = new Map<string, StoredSession>()
  const apply = ({ key, value, headers = [] }: ReturnType<typeof snapshotRecord>, offset: number) =>
    applyRecord(sessions, {
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers,
      offset: BigInt(offset),
      timestamp: 0n,
    } as KafkaRecord)
  apply(snapshotRecord('client:d', newStoredSession()), 0)
  const intent = {
    ...{ topic: 'once', partition: 0, producerId: '1', epoch: 0, sequence: 0, packetIds: [7] },
    records: [{ key: null, value: Buffer.from('hello'), headers: [], offset: 0n, timestamp: 0n }],
  } as unknown as Intent
  for (const [index, record] of intentRecords('client:d', intent).entries())
    apply(record, 1 + index)
  apply(snapshotRecord('client:d', newStoredSession()), 2)
  const restored = sessions.get('client:d')
  assert.deepEqual([...(restored?.taken ?? [])], [7])
  assert.equal(restored?.intents.size, 1)
})
