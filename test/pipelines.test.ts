/** Pipelines on a real broker. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { KafkaClient } from '../src/client/index.ts'
import { groupOf, Pipelines } from '../src/pipelines/index.ts'
import { readSpec } from '../src/pipelines/testing/read-spec.ts'
import { startBrokerAndClient } from './helpers/broker.ts'
import { eventually } from './helpers/eventually.ts'
import type { Owner } from './helpers/folders.ts'

async function start(t: TestContext) {
  const { client, inner } = await startBrokerAndClient(t)
  const producer = client.producer()
  return {
    client,
    run: (yaml: string) => {
      const pipelines = Pipelines.open({ pipelines: { p: readSpec(yaml) }, client })
      inner.after(() => pipelines.close())
      return pipelines
    },
    send: (topic: string, value: unknown, timestamp = 0, key?: string) =>
      producer.send({
        topic,
        value: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
        timestamp,
        key: key === undefined ? null : Buffer.from(key),
      }),
    read: (topic: string) => reader(inner, client, topic),
  }
}

interface Seen {
  readonly key: string | undefined
  readonly value: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** All that stands in a topic, as it comes. */
function reader(owner: Owner, client: KafkaClient, topic: string): Seen[] {
  const seen: Seen[] = []
  const fetcher = client.fetcher({
    reset: 'earliest',
    onRecords: (_topic, _partition, records) => {
      for (const { key, value, headers } of records) {
        const named = headers.map(({ key, value }) => [key, `${value}`])
        seen.push({
          key: key?.toString(),
          value: value?.toString(),
          headers: Object.fromEntries(named),
        })
      }
    },
    onError: () => {},
  })
  owner.after(() => fetcher.close())
  fetcher.assign(topic, 0, 'earliest')
  return seen
}

const valuesOf = (seen: readonly Seen[]) => seen.map(({ value }) => JSON.parse(value ?? 'null'))

test('what passes goes on byte for byte, with key, headers and time', async (t) => {
  const { client, run, read } = await start(t)
  const value = Buffer.from('{ "t":21.0 }')
  const headers = [{ key: 'unit', value: Buffer.from('C') }]
  await client
    .producer()
    .send({ topic: 'in', key: Buffer.from('k'), value, headers, timestamp: 1_700_000_000_000 })
  run('from: in\nto: out\nsteps: [ filter: "value.t > 20" ]')
  const seen = read('out')
  await eventually('the record came out', () => seen.length === 1)
  assert.deepEqual(seen, [{ key: 'k', value: '{ "t":21.0 }', headers: { unit: 'C' } }])
  const [end] = await client.offsets([{ topic: 'out', partition: 0, at: 1_700_000_000_001n }])
  assert.equal(end?.offset, -1n, 'the record kept its time')
})

test('a record that is refused goes to the errors as it was, with the reason, and stops nothing', async (t) => {
  const { run, send, read } = await start(t)
  await send('in', Buffer.from('no json'))
  await send('in', { t: 'warm' })
  await send('in', { t: 21 })
  const pipelines = run('from: in\nto: out\nsteps: [ filter: "value.t > 20" ]')
  const [out, errors] = [read('out'), read('p-errors')]
  await eventually('all came out', () => out.length === 1 && errors.length === 2)
  assert.equal(errors[0]?.value, 'no json')
  assert.equal(errors[0]?.headers['dead-letter-error'], 'unreadable-value')
  assert.equal(errors[0]?.headers['dead-letter-offset'], '0')
  assert.match(errors[1]?.headers['dead-letter-reason'] ?? '', /value\.t > 20/)
  const [status] = pipelines.status
  assert.deepEqual(
    { ...status },
    { name: 'p', state: 'RUNNING', read: 3, written: 1, failed: 2, late: 0 },
  )
})

test('with errors: stop a record that is refused stops the pipeline, which says why and does not pass it', async (t) => {
  const { client, run, send } = await start(t)
  await send('in', { t: 'warm' })
  const pipelines = run('from: in\nto: out\nerrors: stop\nsteps: [ filter: "value.t > 20" ]')
  await eventually('it failed', () => pipelines.status[0]?.state === 'FAILED')
  assert.match(pipelines.status[0]?.why ?? '', /value\.t > 20/)
  const [out] = await client.topics(['out'])
  assert.equal(out?.error, undefined)
})

test('a pipeline goes on where its group has got to, and windows remember what they had counted', async (t) => {
  const { client, run, send, read } = await start(t)
  const yaml =
    'from: in\nto: out\nsteps: [ window: { size: 10s, values: { n: count, sum: sum(value.v) } } ]'
  const first = run(yaml)
  for (let second = 0; second < 15; second++) await send('in', { v: second }, second * 1000)
  const out = read('out')
  await eventually('the first window is closed', () => out.length === 1)
  await eventually('all is committed', async () => (await committed(client)) === 15n)
  await first.close()
  for (let second = 15; second < 25; second++) await send('in', { v: second }, second * 1000)
  run(yaml)
  await eventually('the second window is closed', () => out.length === 2)
  assert.deepEqual(
    valuesOf(out).map(({ n, sum }) => [n, sum]),
    [
      [10, 45],
      [10, 145],
    ],
  )
})

test('topics that match a pattern are read together', async (t) => {
  const { run, send, read } = await start(t)
  await send('sensor.a', { n: 1 })
  await send('sensor.b', { n: 2 })
  await send('other', { n: 3 })
  run('from: /sensor[.].+/\nto: out\nsteps: [ set: { from: topic } ]')
  const out = read('out')
  await eventually('both came', () => out.length === 2)
  assert.deepEqual(
    valuesOf(out)
      .map(({ from }) => from)
      .sort(),
    ['sensor.a', 'sensor.b'],
  )
})

test('whole numbers beyond 2^53 pass unchanged through the steps', async (t) => {
  const { run, send, read } = await start(t)
  await send('in', Buffer.from('{"id":9007199254740993,"n":1.5}'))
  run('from: in\nto: out\nsteps: [ set: { next: "value.id + 1" } ]')
  const out = read('out')
  await eventually('it came', () => out.length === 1)
  assert.equal(out[0]?.value, '{"id":9007199254740993,"n":1.5,"next":9007199254740994}')
})

async function committed(client: KafkaClient): Promise<bigint | undefined> {
  const consumer = client.consumer({ group: groupOf('p'), topics: ['in'], onRecords: () => {} })
  const found = await consumer.committed('in', 0)
  await consumer.close()
  return found?.next
}
