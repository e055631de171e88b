import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../../base/errors.ts'
import { noProperties, type Packet, type Properties } from '../../protocols/mqtt/index.ts'
import { Outgoing, type Wire } from './outgoing.ts'

class FakeWire implements Wire {
  readonly sent: string[] = []
  readonly version = 5
  readonly limits: Readonly<Properties>
  isFull = false

  constructor(limits: Readonly<Properties> = noProperties) {
    this.limits = limits
  }

  send(packet: Packet): void {
    const name = 'duplicate' in packet ? `${packet.payload}` : packet.type
    const again = 'duplicate' in packet && packet.duplicate ? ' again' : ''
    this.sent.push(`${name}${again}`)
  }
}

const message = (payload: string, qos: 0 | 1 | 2 = 1) => ({
  ...{ topic: 't', payload: Buffer.from(payload), qos },
})
const answer = <const Type extends string>(type: Type, packetId: number, reason = 0 as const) => ({
  ...{ type, packetId, reason, properties: noProperties },
})

test('no more messages are on their way than the broker takes, and the others follow in order', async () => {
  const outgoing = new Outgoing(10)
  const wire = new FakeWire({ receiveMaximum: 2 })
  outgoing.connected(wire)
  const all = ['a', 'b', 'c', 'd'].map((payload) => outgoing.publish(message(payload)))
  assert.deepEqual(wire.sent, ['a', 'b'])
  outgoing.acknowledged(answer('puback', 2))
  outgoing.acknowledged(answer('puback', 1))
  assert.deepEqual(wire.sent, ['a', 'b', 'c', 'd'])
  outgoing.acknowledged(answer('puback', 3))
  outgoing.acknowledged(answer('puback', 4))
  await Promise.all(all)
  await outgoing.idle()
})

test('a new connection gets first, in order, what the last one left open, and no more than it takes', () => {
  const outgoing = new Outgoing(10)
  outgoing.connected(new FakeWire())
  for (const payload of ['a', 'b', 'c']) void outgoing.publish(message(payload, 2))
  outgoing.acknowledged(answer('pubrec', 2))
  outgoing.disconnected()
  void outgoing.publish(message('d', 2))
  const wire = new FakeWire({ receiveMaximum: 2 })
  outgoing.connected(wire)
  assert.deepEqual(wire.sent, ['a again', 'pubrel'])
  outgoing.acknowledged(answer('pubcomp', 2))
  assert.deepEqual(wire.sent, ['a again', 'pubrel', 'c again'])
  outgoing.acknowledged(answer('pubrec', 1))
  outgoing.acknowledged(answer('pubcomp', 1))
  assert.deepEqual(wire.sent.slice(3), ['pubrel', 'd'])
})

test('at QoS 0 a message waits for a connection, and for room in it', async () => {
  const outgoing = new Outgoing(10)
  const sent = outgoing.publish(message('a', 0))
  const wire = new FakeWire()
  wire.isFull = true
  outgoing.connected(wire)
  assert.deepEqual(wire.sent, [])
  wire.isFull = false
  outgoing.proceed()
  assert.equal(await sent, undefined)
  assert.deepEqual(wire.sent, ['a'])
})

test('a refusal rejects with its reason, and the next message has its place', async () => {
  const outgoing = new Outgoing(1)
  const wire = new FakeWire()
  outgoing.connected(wire)
  const refused = outgoing.publish(message('a'))
  void outgoing.publish(message('b'))
  outgoing.acknowledged({ ...answer('puback', 1), reason: 0x97 })
  await assert.rejects(refused, /0x97/)
  assert.deepEqual(wire.sent, ['a', 'b'])
})

test('what the broker said that it does not take is refused before it is sent', async () => {
  const outgoing = new Outgoing(10)
  const limits = { maximumQos: true, retainAvailable: false, maximumPacketSize: 20 }
  const wire = new FakeWire(limits)
  outgoing.connected(wire)
  await assert.rejects(outgoing.publish(message('a', 2)), /QoS 1 at most/)
  await assert.rejects(outgoing.publish({ ...message('a'), retain: true }), /retain/)
  await assert.rejects(outgoing.publish(message('a'.repeat(14))), /at most 20 bytes/)
  const long = { ...message('a'), topic: 't'.repeat(70_000) }
  await assert.rejects(outgoing.publish(long), (error) => isError(error, 'mqtt-publish-beyond'))
  void outgoing.publish(message('a'.repeat(12)))
  assert.equal(wire.sent.length, 1)
})

test('of a message that an earlier life of this program sent, the broker is told that we know', () => {
  const outgoing = new Outgoing(10)
  const wire = new FakeWire()
  outgoing.connected(wire)
  outgoing.acknowledged(answer('pubrec', 77))
  assert.deepEqual(wire.sent, ['pubrel'])
})
