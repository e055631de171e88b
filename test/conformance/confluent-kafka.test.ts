/** confluent-kafka (librdkafka) of 2023 and of today. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { shared, startKafka } from '../helpers/subject.ts'

for (const peer of ['confluent-kafka-2.2.0', 'confluent-kafka-2.16.1']) {
  const kafka = shared((owner) => startKafka(owner))

  test(`${peer} administers topics, writes in every compression, and reads on as a group`, {
    skip: withoutPeer(peer),
  }, async () => {
    const { brokers } = await kafka()
    assert.deepEqual(await report(peer, program('confluent_round_trip.py'), brokers), {
      second_create: 'TOPIC_ALREADY_EXISTS',
      retention: '60000',
      plain: 100,
      idempotent: 100,
      compressed: [100, 100, 100, 100],
      headers: [['unit', 'C']],
      assigned: 4,
      read_once: true,
      committed: 600,
      ends: 600,
      first_by_time: [0, 0, 0, 0],
      groups: true,
    })
  })
}
