/** One line names an Apache Kafka, and the MQTT door stands before that instead of the own log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, startProgram } from '../helpers/programs.ts'

test('with kafka.brokers MQTT messages are records of an Apache Kafka, both ways, of every QoS', {
  skip: withoutPeer('mosquitto', 'kcat', ...apacheKafkaPeers),
}, async (t) => {
  const leat = await startLeat(t, { kafka: await newApacheKafka(t) })
  const place = ['-h', '127.0.0.1', '-p', String(leat.mqttPort)]
  const line = ['stdbuf', '-oL', 'mosquitto_sub', '-d', ...place, '-t', 'plant/#', '-q', '1']
  const subscriber = startProgram(t, [...line, '-F', '%t=%p'])
  await subscriber.says('Subscribed (mid')
  for (const qos of ['0', '1', '2']) {
    const message = ['-t', 'plant/pump', '-m', `qos-${qos}`, '-q', qos]
    await outputOf(['mosquitto_pub', ...place, ...message])
    await subscriber.says(`plant/pump=qos-${qos}\n`)
  }
  const topic = ['-b', leat.brokers, '-t', 'plant.pump']
  const read = await outputOf(['kcat', ...topic, '-C', '-q', '-e', '-f', '%o %s\\n'])
  assert.equal(read, '0 qos-0\n1 qos-1\n2 qos-2\n')
  await outputOf(['kcat', ...topic, '-P'], { input: 'from-kafka\n' })
  await subscriber.says('plant/pump=from-kafka\n')
})
