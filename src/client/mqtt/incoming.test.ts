import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noProperties, type PublishPacket, type Qos } from '../../protocols/mqtt/index.ts'
import { Incoming } from './incoming.ts'

function opened() {
  const sent: string[] = []
  const incoming = new Incoming((packet) => {
    sent.push(`${packet.type} ${'packetId' in packet ? packet.packetId : ''}`)
  })
  return { incoming, sent }
}

const publish = (packetId: number, qos: Qos, payload = 'x', duplicate = false): PublishPacket => ({
  ...{ type: 'publish', qos, retain: false, duplicate, topic: 't', packetId },
  ...{ payload: Buffer.from(payload), properties: noProperties },
})

test('at QoS 1 a message is acknowledged when it is dealt with, in the order of its coming', () => {
  const { incoming, sent } = opened()
  const first = incoming.receive(publish(1, 1))
  const second = incoming.receive(publish(2, 1))
  second?.done?.()
  assert.deepEqual(sent, [])
  first?.done?.()
  first?.done?.()
  assert.deepEqual(sent, ['puback 1', 'puback 2'])
})

test('at QoS 1 what is still in hand is not handed out again over the next connection', () => {
  const { incoming, sent } = opened()
  const first = incoming.receive(publish(1, 1))
  const second = incoming.receive(publish(2, 1))
  incoming.reconnected(true)
  first?.done?.()
  assert.deepEqual(sent, [])
  assert.equal(incoming.receive(publish(1, 1, 'x', true)), undefined)
  assert.deepEqual(sent, ['puback 1'])
  assert.equal(incoming.receive(publish(2, 1, 'x', true)), undefined)
  second?.done?.()
  assert.deepEqual(sent, ['puback 1', 'puback 2'])
})

test('at QoS 1 another message under the same packet id is handed out', () => {
  for (const other of [publish(1, 1, 'y', true), publish(1, 1, 'x', false)]) {
    const { incoming, sent } = opened()
    incoming.receive(publish(1, 1))
    incoming.reconnected(true)
    incoming.receive(other)?.done?.()
    assert.deepEqual(sent, ['puback 1'])
  }
})

test('at QoS 2 a message is ours when the broker has released it', async () => {
  const { incoming, sent } = opened()
  const claim = incoming.receive(publish(1, 2))?.claim?.()
  assert.deepEqual(sent, ['pubrec 1'])
  incoming.released(1)
  assert.equal(await claim, true)
  assert.deepEqual(sent, ['pubrec 1', 'pubcomp 1'])
})

test('at QoS 2 a message that comes again is not handed out again', async () => {
  const { incoming, sent } = opened()
  const delivery = incoming.receive(publish(1, 2))
  assert.equal(incoming.receive(publish(1, 2, 'x', true)), undefined)
  assert.deepEqual(sent, [])
  const claim = delivery?.claim?.()
  incoming.reconnected(true)
  assert.equal(incoming.receive(publish(1, 2, 'x', true)), undefined)
  assert.deepEqual(sent, ['pubrec 1', 'pubrec 1'])
  incoming.released(1)
  assert.equal(await claim, true)
})

test('at QoS 2 a message whose session is gone can be handed out, as it cannot come again', async () => {
  const { incoming } = opened()
  const claimed = incoming.receive(publish(1, 2))?.claim?.()
  const waiting = incoming.receive(publish(2, 2))
  incoming.reconnected(false)
  assert.equal(await claimed, true)
  assert.equal(await waiting?.claim?.(), true)
})

test('at QoS 2 a broker of MQTT 3.1, which cannot say whether it knows us, is asked again', async () => {
  const { incoming, sent } = opened()
  const claim = incoming.receive(publish(1, 2))?.claim?.()
  incoming.receive(publish(2, 2))
  incoming.reconnected(true)
  incoming.tellAgain()
  assert.deepEqual(sent, ['pubrec 1', 'pubrec 1'])
  incoming.released(1)
  assert.equal(await claim, true)
})

test('a claim that waits ends with the client, and the message is left for the next one', async () => {
  const { incoming } = opened()
  const first = incoming.receive(publish(1, 2))?.claim?.()
  const second = incoming.receive(publish(2, 2))
  incoming.close()
  assert.equal(await first, false)
  assert.equal(await second?.claim?.(), false)
})

test('a release of an earlier life is completed', () => {
  const { incoming, sent } = opened()
  incoming.released(5)
  assert.deepEqual(sent, ['pubcomp 5'])
})
