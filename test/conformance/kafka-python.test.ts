/** kafka-python: the line of today, the one that SINETStream uses, and the one of 2017. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { program, report } from '../helpers/python.ts'
import { shared, startKafka } from '../helpers/subject.ts'

for (const peer of ['kafka-python-3.0.12', 'kafka-python-ng-2.2.3']) {
  const kafka = shared((owner) => startKafka(owner))

  test(`${peer} makes a topic, writes with and without acks, and reads on as a group`, {
    skip: withoutPeer(peer),
  }, async () => {
    const { brokers } = await kafka()
    assert.deepEqual(await report(peer, program('kafka_python_round_trip.py'), brokers), {
      second_create: 'already exists',
      acked: 100,
      headers: [['unit', 'C']],
      read_once: true,
      partitions: 3,
      records: 101,
      first_by_time: [0, 0, 0],
    })
  })
}

/** Apache Kafka itself refuses message sets since 4.0, so only leat is asked. */
const againstPeers = process.env.AGAINST === 'peers' && 'Apache Kafka 4 has no Produce v2'

test('kafka 1.3.5 sends message sets, which other clients read as records', {
  skip: withoutPeer('kafka-1.3.5', 'kcat') || againstPeers,
}, async (t) => {
  const { brokers } = await startKafka(t)
  const told = await report('kafka-1.3.5', program('kafka_1_3_5_sends.py'), brokers, 'old')
  assert.deepEqual(told, { acked: [0, 1, 2, 3, 4, 5] })
  const read = await outputOf(['kcat', '-C', '-b', brokers, '-t', 'old', '-e', '-q', '-K', ':'])
  const lines = ['key:value-0', 'key:value-1', 'key:value-2']
  assert.deepEqual(read.trim().split('\n'), [...lines, ...lines])
})
