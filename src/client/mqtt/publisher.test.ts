import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../../base/errors.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import type { Packet } from '../../protocols/mqtt/index.ts'
import { MqttPublisher } from './publisher.ts'
import { accepted, acknowledgement, scriptedBroker } from './testing/scripted-broker.ts'

test('a message is done when the broker has acknowledged it', async (t) => {
  const published: string[] = []
  const url = await scriptedBroker(t, (packet, reply) => {
    if (packet.type === 'connect') reply(accepted)
    if (packet.type !== 'publish') return
    published.push(`${packet.topic} ${packet.payload} ${packet.qos}`)
    reply(acknowledgement(packet.packetId))
  })
  await using publisher = await MqttPublisher.open({ url, clientId: 'pump-1' })
  await publisher.publish('plant/pump-1', '46.7')
  assert.deepEqual(published, ['plant/pump-1 46.7 1'])
})

test('what was not acknowledged is sent again over the next connection', async (t) => {
  const duplicates: boolean[] = []
  const url = await scriptedBroker(t, (packet, reply, socket) => {
    if (packet.type === 'connect') reply(accepted)
    if (packet.type !== 'publish') return
    duplicates.push(packet.duplicate)
    if (duplicates.length === 1) socket.destroy()
    else reply(acknowledgement(packet.packetId))
  })
  await using publisher = await MqttPublisher.open({ url, clientId: 'pump-1' })
  await publisher.publish('plant/pump-1', '46.7')
  assert.deepEqual(duplicates, [false, true])
})

test('no more than twenty messages wait for their acknowledgement', async (t) => {
  const received: number[] = []
  const url = await scriptedBroker(t, (packet, reply) => {
    if (packet.type === 'connect') reply(accepted)
    if (packet.type === 'publish') received.push(packet.packetId)
    // The last of twenty lets the others through.
    if (received.length === 20) for (const id of received) reply(acknowledgement(id))
    if (received.length > 20) reply(acknowledgement(received.at(-1) ?? 0))
  })
  await using publisher = await MqttPublisher.open({ url, clientId: 'pump-1' })
  await Promise.all(Array.from({ length: 30 }, (_, index) => publisher.publish('t', `${index}`)))
  assert.equal(received.length, 30)
})

test('a broker that refuses says why', async (t) => {
  const url = await scriptedBroker(t, (packet, reply) => {
    if (packet.type === 'connect') reply({ ...accepted, code: 4 } as Packet)
  })
  await assert.rejects(
    MqttPublisher.open({ url, clientId: 'x', userName: 'u', password: 'wrong' }),
    /user name or password is wrong/,
  )
})

test('a broker that is not there is an error that names it', async () => {
  await assert.rejects(MqttPublisher.open({ url: 'tcp://127.0.0.1:1', clientId: 'x' }), (error) =>
    isError(error, 'mqtt-unreachable'),
  )
})

test('an address that is none is an error that shows one', async () => {
  await assert.rejects(
    MqttPublisher.open({ url: 'http://localhost', clientId: 'x' }),
    /write one such as tcp:/,
  )
})

test('messages that wait when the publisher is closed are not taken for sent', async (t) => {
  const url = await scriptedBroker(t, (packet, reply) => {
    if (packet.type === 'connect') reply(accepted)
  })
  const clock = new ManualClock()
  const publisher = await MqttPublisher.open({ url, clientId: 'x', clock })
  const sent = publisher.publish('t', '1')
  const closed = publisher.close()
  clock.advance(5000)
  await Promise.all([closed, assert.rejects(sent, (error) => isError(error, 'mqtt-closed'))])
})
