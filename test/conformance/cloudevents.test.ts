/** CloudEvents over Kafka beside CNCF's own package for Python, in both modes and both directions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Message, Reader, Writer } from '../../src/index.ts'
import { startBroker } from '../helpers/broker.ts'
import type { Owner } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'

const peer = 'cloudevents-1.12.0'
const common = { specversion: '1.0', source: '/pump/1', type: 'com.example.reading' }
const events = [
  {
    attributes: {
      ...{ ...common, id: '1', datacontenttype: 'application/json', subject: '温度', line: 'a' },
      ...{ time: '2023-11-14T22:13:20.123456Z', dataschema: 'https://example.com/s#1' },
    },
    data: Buffer.from('{"celsius": 46.7}'),
  },
  {
    attributes: {
      ...{ ...common, id: '2', datacontenttype: 'application/octet-stream' },
      ...{ time: '2023-11-14T22:13:21.000000Z', flag: 'true' },
    },
    data: Buffer.from([0xff, 0x00, 0x80]),
  },
]

type Said = { readonly headers: [string, string][]; readonly value: string }
type Heard = { readonly attributes: Record<string, string>; readonly data: string }

/** A broker of the test's own, and what is opened on it. */
async function place(owner: Owner) {
  const { address, inner } = await startBroker(owner)
  const service = { no_config: true, type: 'kafka', brokers: address, topic: 'events' } as const
  const sure = { ...service, consistency: 'AT_LEAST_ONCE', value_type: 'byte_array' } as const
  const keep = <End extends { close(): Promise<void> }>(end: End): End => {
    inner.after(() => end.close())
    return end
  }
  return {
    reader: async (given: object) =>
      keep(await Reader.open({ ...sure, ...given, receive_timeout_ms: 60_000 })),
    writer: async (given: object) => keep(await Writer.open({ ...sure, ...given })),
  }
}

async function take(reader: Reader<Buffer>, count: number): Promise<Message<Buffer>[]> {
  const taken: Message<Buffer>[] = []
  for await (const message of reader) if (taken.push(message) === count) break
  return taken
}

for (const mode of ['binary', 'structured'] as const) {
  test(`what is written in ${mode} mode the package for Python reads`, {
    skip: withoutPeer(peer),
  }, async (t) => {
    const { reader, writer } = await place(t)
    const raw = await reader({ user_data_only: true })
    const to = await writer({ cloudevents: { mode } })
    for (const { attributes, data } of events) {
      const { time, specversion: _, line, flag, ...event } = attributes as Record<string, string>
      const extensions = { ...(line && { line }), ...(flag && { flag }) }
      const timestampUs = Date.parse(`${time?.slice(0, 19)}Z`) * 1000 + Number(time?.slice(20, 26))
      await to.publish(data, { timestampUs, event: { ...event, extensions } })
    }
    const read = (await take(raw, events.length)).map(
      ({ headers, value }): Said => ({
        headers: headers.map(({ key, value }) => [key, Buffer.from(value).toString('base64')]),
        value: value.toString('base64'),
      }),
    )
    const { heard } = await report(
      peer,
      program('cloudevents_round_trip.py'),
      JSON.stringify({ read }),
    )
    for (const [index, { attributes, data }] of (heard as Heard[]).entries()) {
      const event = events[index]
      // In structured mode the package takes the type of the whole for that of the data.
      const datacontenttype =
        mode === 'binary'
          ? event?.attributes.datacontenttype
          : 'application/cloudevents+json; charset=UTF-8'
      assert.deepEqual(attributes, { ...event?.attributes, datacontenttype })
      assert.deepEqual(Buffer.from(data, 'base64'), event?.data)
    }
    assert.equal((heard as Heard[]).length, events.length)
  })
}

test('what the package for Python writes is read, in both modes', {
  skip: withoutPeer(peer),
}, async (t) => {
  const { reader, writer } = await place(t)
  const from = await reader({ cloudevents: true })
  const raw = await writer({ user_data_only: true })
  const write = events.map(({ attributes, data }) => ({
    attributes,
    data: data.toString('base64'),
  }))
  const { written } = await report(
    peer,
    program('cloudevents_round_trip.py'),
    JSON.stringify({ write }),
  )
  for (const { headers, value } of (written as Said[][]).flat()) {
    const named = headers.map(([key, base64]) => [key, Buffer.from(base64, 'base64')])
    await raw.publish(Buffer.from(value, 'base64'), { headers: Object.fromEntries(named) })
  }
  const messages = await take(from, 2 * events.length)
  for (const [index, { attributes, data }] of events.entries()) {
    const [binary, structured] = messages.slice(2 * index)
    assert.deepEqual(binary?.event, attributes)
    assert.deepEqual(binary?.value, data)
    // The package puts the type of the data where the type of the whole belongs, and not into it.
    const { datacontenttype: _, ...others } = attributes
    assert.deepEqual(structured?.event, others)
    const isJson = attributes.datacontenttype === 'application/json'
    const same = (bytes: Buffer | undefined) => (isJson ? JSON.parse(`${bytes}`) : bytes)
    assert.deepEqual(same(structured?.value), same(data))
    assert.equal(binary?.timestampUs, structured?.timestampUs)
  }
})
