/** Messages that fail, over each transport: tried again, and then kept as they were, with the reason. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Message, Reader, type ReaderParameters, Writer } from '../src/index.ts'
import { openDoor } from '../src/mqtt/testing/doors.ts'
import { startBroker } from './helpers/broker.ts'
import { withoutPeer } from './helpers/peers.ts'
import { startS3 } from './helpers/s3.ts'

type Service = Pick<ReaderParameters, 'type' | 'brokers' | 'type_spec'>

const services: Record<string, (t: TestContext) => Promise<Service>> = {
  async kafka(t) {
    const { address } = await startBroker(t)
    // An outlet with such acks would not know whether its letters arrived.
    const spec = { group_id: 'readers', auto_offset_reset: 'earliest', acks: 0 }
    return { type: 'kafka', brokers: address, type_spec: spec }
  },
  async mqtt(t) {
    const { port } = await openDoor(t)
    const spec = { protocol: 'MQTTv5', clean_start: false, session_expiry_interval: 60, qos: 1 }
    return { type: 'mqtt', brokers: `127.0.0.1:${port}`, type_spec: spec }
  },
  async s3(t) {
    return { type: 's3', type_spec: { ...(await startS3(t)).spec, poll_interval_ms: 20 } }
  },
}

/** Beside why and when it failed. */
const places: Record<string, string[]> = {
  kafka: ['dead-letter-offset', 'dead-letter-partition'],
  mqtt: [],
  s3: ['dead-letter-key'],
}

for (const [name, start] of Object.entries(services)) {
  test(`over ${name} what cannot be read or handled is kept byte by byte, with the reason, and does not come again`, {
    skip: name === 's3' && withoutPeer('versitygw'),
  }, async (t) => {
    const service = { no_config: true, ...(await start(t)) } as const
    const sure = { ...service, consistency: 'AT_LEAST_ONCE', client_id: 'reader' } as const
    const open = (receive_timeout_ms: number) =>
      Reader.open({
        ...{ ...sure, topic: 'readings', value_type: 'text', receive_timeout_ms },
        retry: { attempts: 2, delay_ms: 1 },
        dead_letters: { topic: 'dead' },
      })
    await using letters = await Reader.open({
      ...{ ...sure, topic: 'dead', client_id: 'undertaker', user_data_only: true },
      ...{ value_type: 'byte_array', receive_timeout_ms: 60_000 },
      type_spec: { ...service.type_spec, ...(name === 'kafka' && { group_id: 'undertakers' }) },
    })
    await using reader = await open(60_000)
    const opened = { ...service, consistency: 'AT_LEAST_ONCE', topic: 'readings' } as const
    const writing = { ...opened, value_type: 'byte_array', client_id: 'writer' } as const
    const spec = { ...service.type_spec, ...(name === 'kafka' && { acks: 'all' }) }
    const writer = await Writer.open({ ...writing, type_spec: spec })
    const bare = await Writer.open({
      ...{ ...writing, client_id: 'bare', user_data_only: true, type_spec: spec },
    })
    const unreadable = Buffer.from([0xff, 0x00, 0x80])
    await bare.publish(unreadable, { headers: { from: 'bare' } })
    await writer.publish(Buffer.from('bad'), { headers: { from: 'writer' } })
    await writer.publish(Buffer.from('good'))
    await Promise.all([writer.close(), bare.close()])

    const seen: string[] = []
    let settled = 0
    const count = () => {
      settled += 1
      if (settled === 3) void reader.close()
    }
    await reader.listen({
      onMessage({ value, attempt }) {
        seen.push(`${value} ${attempt}`)
        if (value === 'bad') throw new Error('no such pump')
        count()
      },
      onFailure: count,
    })
    assert.deepEqual(seen.toSorted(), ['bad 1', 'bad 2', 'good 1'])

    const kept: Message<Buffer>[] = []
    for await (const letter of letters) if (kept.push(letter) === 2) break
    // In a bucket messages of several writers have no order.
    const [first, second] = kept.toSorted((one, other) =>
      (headersOf(one).from ?? '') < (headersOf(other).from ?? '') ? -1 : 1,
    )
    assert.ok(first !== undefined && second !== undefined)
    assert.deepEqual(first.value, unreadable)
    assert.equal(second.value.toString('latin1').at(0), '\xdf')
    assert.equal(second.value.toString('latin1').slice(-3), 'bad')
    assert.equal(headersOf(first).from, 'bare')
    const { 'dead-letter-time': time, ...headers } = headersOf(second)
    assert.ok(Number.isFinite(Date.parse(time ?? '')))
    for (const place of places[name] ?? []) {
      assert.ok(headers[place], `${place} of ${JSON.stringify(headers)}`)
      delete headers[place]
    }
    assert.deepEqual(headers, {
      from: 'writer',
      'dead-letter-reason': 'no such pump',
      'dead-letter-error': 'Error',
      'dead-letter-topic': 'readings',
      'dead-letter-attempts': '2',
    })
    await letters.close()

    // A reader over S3 keeps no position.
    if (name === 's3') return
    await using again = await open(500)
    for await (const { value } of again) assert.fail(`${value} came again`)
  })
}

function headersOf({ headers }: Message<unknown>): Record<string, string> {
  return Object.fromEntries(headers.map(({ key, value }) => [key, Buffer.from(value).toString()]))
}
