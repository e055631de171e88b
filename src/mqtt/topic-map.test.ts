import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../base/errors.ts'
import { TopicMap } from './topic-map.ts'

const routes = [
  { from: 'iot-sensor/sw/temperature', to: 'iot-sensor-sw-temperature' },
  { from: 'plant/#', to: 'plant' },
]

test('a topic is the Kafka topic of its first route, or its levels with dots', () => {
  const map = new TopicMap(routes)
  const of = (topic: string) => {
    const { kafkaTopic, named } = map.destination(topic, 'c')
    return [kafkaTopic, named]
  }
  assert.deepEqual(of('iot-sensor/sw/temperature'), ['iot-sensor-sw-temperature', false])
  assert.deepEqual(of('a/b/c'), ['a.b.c', false])
  assert.deepEqual(of('plant/x'), ['plant', true])
  assert.deepEqual(of('plant'), ['plant', false])
  assert.deepEqual(of('a.b'), ['a_b', true])
  assert.deepEqual(of('a_b'), ['a_b', false])
  assert.deepEqual(of('/a//'), ['.a..', false])
  assert.deepEqual(of('__mqtt_sessions'), ['_-mqtt_sessions', true])
  assert.deepEqual(of('iot-sensor-sw-temperature'), ['iot-sensor-sw-temperature', true])
  assert.equal(map.destination('x'.repeat(300), 'c').kafkaTopic.length, 249)
})

test('what has no legal name is refused', () => {
  const map = new TopicMap(routes)
  for (const topic of ['/', '//', '$SYS/broker', '$x']) {
    assert.throws(
      () => map.destination(topic, 'c'),
      (error) => isError(error, 'topic-cannot-be-mapped'),
      topic,
    )
  }
})

test('whatever a filter matches lies in a topic that may hold it', () => {
  const map = new TopicMap(routes)
  const cases: [filter: string, topic: string][] = [
    ['#', 'a/b'],
    ['a/+', 'a/b.c'],
    ['a b/#', 'a b/c'],
    ['plant/+/x', 'plant/1/x'],
    ['+/sw/#', 'iot-sensor/sw/temperature'],
    ['+', 'x'.repeat(300)],
    ['__x/+', '__x/y'],
    ['温度/+', '温度/1'],
    ['/+', '/a'],
  ]
  for (const [filter, topic] of cases) {
    assert.ok(map.mayHold(map.destination(topic, 'c').kafkaTopic, filter), `${filter} ${topic}`)
  }
  assert.ok(!map.mayHold('a.b', 'b/#'))
  assert.ok(!map.mayHold('__mqtt_sessions', '#'))
  assert.ok(!map.mayHold('__consumer_offsets', '+'))
})

test('a wrong route is told with its cure', () => {
  const wrong: [{ from: string; to: string; key?: string }, RegExp][] = [
    [{ from: 'a/#/b', to: 'x' }, /no.* filter|not an MQTT topic filter/],
    [{ from: 'a', to: 'x/y' }, /no name of a Kafka topic/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of ours.
    [{ from: 'a', to: 'x', key: '${device}' }, /write \$\{topic\}/],
  ]
  for (const [route, says] of wrong) assert.throws(() => new TopicMap([route]), says)
})
