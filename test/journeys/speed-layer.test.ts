/**
 * The speed layer: a producer in a container reaches the broker inside the cluster, console clients
 * reach it from outside through a mapped port. Each is told the address that works for it.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ofOwnBroker } from '../helpers/against.ts'
import { forward } from '../helpers/forwarder.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { startLeat } from '../helpers/leat.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'

const producer = join(import.meta.dirname, 'programs', 'speed_layer_producer.py')

test('the JSON producer writes, and the old console consumer prints the text with its quotes', {
  skip: withoutPeer('kafka-python-3.0.12', 'java', 'kafka-tools-2.1.1'),
}, async (t) => {
  const leat = await startLeat(t, {
    kafka: { topics: { 'raw-data-stream': { partitions: 6, 'retention.ms': 604800000 } } },
  })
  const env = { KAFKA_BROKERS: leat.brokers, KAFKA_TOPIC: 'raw-data-stream' }
  const said = await outputOf([pythonOf('kafka-python-3.0.12'), producer], { env })
  assert.match(said, /^Messages are sent to parition: RecordMetadata\(topic='raw-data-stream', /)
  const consumer = kafkaTool(
    '2.1.1',
    'ConsoleConsumer',
    ...['--bootstrap-server', leat.brokers, '--topic', 'raw-data-stream', '--from-beginning'],
    ...['--max-messages', '1', '--timeout-ms', '60000'],
  )
  assert.equal(await outputOf(consumer), '"Hello"\n')
})

test('clients inside and outside each learn the address of the listener they came by', {
  skip: ofOwnBroker('its listeners') || withoutPeer('kafka-python-3.0.12', 'kcat'),
}, async (t) => {
  const [inside = 0, outside = 0] = await freePorts(2)
  const mapping = await forward(t, () => outside)
  await startLeat(t, {
    kafka: {
      listeners: [
        { bind: `127.0.0.1:${inside}` },
        { bind: `127.0.0.1:${outside}`, advertised: `127.0.0.1:${mapping.port}` },
      ],
    },
  })
  const brokersSeenAt = async (port: number) => {
    const said = await outputOf(['kcat', '-b', `127.0.0.1:${port}`, '-L', '-J'])
    return JSON.parse(said).brokers.map(({ name }: { name: string }) => name)
  }
  assert.deepEqual(await brokersSeenAt(inside), [`127.0.0.1:${inside}`])
  assert.deepEqual(await brokersSeenAt(mapping.port), [`127.0.0.1:${mapping.port}`])
  assert.deepEqual(await brokersSeenAt(outside), [`127.0.0.1:${mapping.port}`])

  const env = { KAFKA_BROKERS: `127.0.0.1:${inside}`, KAFKA_TOPIC: 'my-topic' }
  await outputOf([pythonOf('kafka-python-3.0.12'), producer], { env })
  const before = mapping.connections
  // A group member asks for its coordinator too, and must not be sent to the inner address.
  const member = ['kcat', '-b', `127.0.0.1:${mapping.port}`, '-q', '-e', '-G', 'outside']
  const options = ['-X', 'auto.offset.reset=earliest', '-d', 'broker', 'my-topic']
  const { stdout, stderr } = await outputWithLog([...member, ...options])
  assert.equal(stdout, '"Hello"\n')
  assert.ok(mapping.connections > before, 'nobody came through the mapping')
  assert.equal(stderr.includes(`127.0.0.1:${inside}`), false, 'the inner address was used outside')
  assert.equal(stderr.includes(`127.0.0.1:${outside}`), false, 'the bound address was used outside')
})

async function outputWithLog(command: string[]): Promise<{ stdout: string; stderr: string }> {
  const finished = await runProgram(command)
  assert.equal(finished.exitCode, 0, finished.stderr)
  return finished
}
