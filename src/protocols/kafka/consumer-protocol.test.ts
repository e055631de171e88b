import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssignerProtocol } from 'kafkajs'
import { MalformedBytes } from '../../base/bytes.ts'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from './consumer-protocol.ts'

test('a subscription survives a round trip at every version', () => {
  const message = { topics: ['sensor.raw', 'sensor.clean'], userData: Buffer.from('x') }
  for (let version = 0; version <= 3; version++) {
    const encoded = encodeVersioned(ConsumerProtocolSubscription, version, message)
    const decoded = decodeVersioned(ConsumerProtocolSubscription, encoded)
    assert.deepEqual(decoded.topics, message.topics)
    assert.deepEqual(decoded.userData, message.userData)
    assert.equal(decoded.generationId, -1)
  }
})

test('an assignment is written as another client writes it, and read by it', () => {
  const assignedPartitions = [{ topic: 'sensor.raw', partitions: [0, 2] }]
  const message = { assignedPartitions, userData: Buffer.alloc(0) }
  const ours = encodeVersioned(ConsumerProtocolAssignment, 1, message)
  const assignment = { 'sensor.raw': [0, 2] }
  const theirs = AssignerProtocol.MemberAssignment.encode({
    version: 1,
    assignment,
    userData: Buffer.alloc(0),
  })
  assert.deepEqual(ours, theirs)
  assert.deepEqual(AssignerProtocol.MemberAssignment.decode(ours)?.assignment, assignment)
})

test('a subscription of a later version reads as the highest that is known', () => {
  const encoded = encodeVersioned(ConsumerProtocolSubscription, 3, { topics: ['a'] })
  encoded.writeInt16BE(9, 0)
  const later = Buffer.concat([encoded, Buffer.from('what a later version added')])
  assert.deepEqual(decodeVersioned(ConsumerProtocolSubscription, later).topics, ['a'])
})

test('a subscription that ends early is malformed', () => {
  const encoded = encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['a'] })
  for (let end = 0; end < encoded.length; end++) {
    const cut = encoded.subarray(0, end)
    assert.throws(() => decodeVersioned(ConsumerProtocolSubscription, cut), MalformedBytes)
  }
})
