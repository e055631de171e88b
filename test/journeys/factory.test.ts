/** The factory: a sensor's line of CSV goes over MQTT into a Kafka topic, and nobody touches it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { leatCommand, startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const routes = [
  { from: 'iot-sensor/sw/temperature', to: 'iot-sensor-sw-temperature' },
  { from: 'iot-sensor/sw/vibration', to: 'iot-sensor-sw-vibration' },
]

test('a CSV line published by mosquitto_pub is printed unchanged by the console consumer of 2019', {
  skip: withoutPeer('mosquitto', 'java', 'kafka-tools-2.1.1'),
}, async (t) => {
  const leat = await startLeat(t, { mqtt: { routes } })
  const line = 'floor-1-line-1-extruder-1,pump-1,46.7,1596873600123'
  const place = ['-h', '127.0.0.1', '-p', String(leat.mqttPort)]
  const how = ['-t', 'iot-sensor/sw/temperature', '-q', '1', '-m', line]
  await outputOf(['mosquitto_pub', ...place, ...how])
  const consumer = kafkaTool(
    '2.1.1',
    'ConsoleConsumer',
    ...['--bootstrap-server', leat.brokers, '--topic', 'iot-sensor-sw-temperature'],
    ...['--from-beginning', '--max-messages', '1', '--timeout-ms', '60000'],
    ...['--property', 'print.key=true'],
  )
  assert.equal(await outputOf(consumer), `null\t${line}\n`)
})

test('the simulated sensor publishes lines of CSV that a Kafka client reads', {
  skip: withoutPeer('kcat'),
}, async (t) => {
  const leat = await startLeat(t, { mqtt: { routes } })
  const machine = ['-m', 'floor-1-line-1-extruder-1', '-d', 'pump-1']
  const what = ['--metrics', 'temperature', '--set', 'temperature.frequency=0.05', '-n', '5']
  const url = `tcp://127.0.0.1:${leat.mqttPort}`
  await outputOf([...leatCommand, 'sensor', '--url', url, ...machine, ...what])
  const topic = ['-t', 'iot-sensor-sw-temperature']
  const read = await outputOf(['kcat', '-b', leat.brokers, '-C', '-q', '-e', ...topic])
  const lines = read.trim().split('\n')
  assert.equal(lines.length, 5)
  for (const line of lines) {
    assert.match(line, /^floor-1-line-1-extruder-1,pump-1,-?\d+(\.\d+)?,\d{13}$/)
  }
})
