/**
 * What the compiler must refuse. The type check of the tests fails when one of these lines
 * compiles; here the lines are only counted.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Reader, type ValueType, Writer } from '../src/index.ts'

/** Never called: it only has to compile, apart from the lines that must not. */
export async function misuse(ownType: ValueType<{ celsius: number }>): Promise<void> {
  const text = await Writer.open({
    type: 'kafka',
    brokers: 'b:9092',
    topic: 't',
    value_type: 'text',
  })
  await text.publish('a string')
  // @ts-expect-error a writer of text takes no number
  await text.publish(42)
  // @ts-expect-error nor bytes
  await text.publish(Buffer.from('bytes'))
  // @ts-expect-error there is no such option of a message
  await text.publish('a string', { tiemstamp: 1 })

  const bytes = await Writer.open({ service: 's', value_type: 'byte_array' })
  await bytes.publish(Buffer.from('bytes'))
  // @ts-expect-error a writer of bytes takes no string
  await bytes.publish('a string')

  const own = await Writer.open({ service: 's', value_type: ownType })
  await own.publish({ celsius: 20 })
  // @ts-expect-error a field of another name
  await own.publish({ fahrenheit: 68 })

  // @ts-expect-error a parameter that does not exist
  await Writer.open({ service: 's', consistancy: 'AT_LEAST_ONCE' })
  // @ts-expect-error a consistency that does not exist
  await Reader.open({ service: 's', consistency: 'MAYBE_ONCE' })
  // @ts-expect-error a value type that does not exist
  await Reader.open({ service: 's', value_type: 'txt' })
  // @ts-expect-error a writer has no receive timeout
  await Writer.open({ service: 's', receive_timeout_ms: 100 })
  // @ts-expect-error a writer has one topic
  await Writer.open({ service: 's', topics: ['a', 'b'] })
  // @ts-expect-error a parameter inside another
  await Reader.open({ service: 's', data_encryption: true, crypto: { mode: 'ROT13' } })
  // @ts-expect-error a parameter inside another
  await Reader.open({ service: 's', retry: { atempts: 3 } })
  // @ts-expect-error dead letters go somewhere
  await Reader.open({ service: 's', dead_letters: {} })
  // @ts-expect-error a writer has no dead letters
  await Writer.open({ service: 's', dead_letters: { topic: 'd' } })
  // @ts-expect-error a mode that does not exist
  await Writer.open({ service: 's', cloudevents: { mode: 'batched' } })
  // @ts-expect-error an attribute of one's own stands among the extensions
  await Writer.open({ service: 's', cloudevents: { line: 'a' } })
  // @ts-expect-error the time of an event is the message's timestamp
  await text.publish('a string', { event: { time: '2026-01-01T00:00:00Z' } })
  // @ts-expect-error a trace has a parent
  await text.publish('a string', { trace: { tracestate: 'a=1' } })
  // @ts-expect-error a reader has no trace to inject
  await Reader.open({ service: 's' }, { injectTrace: () => {} })

  const reader = await Reader.open({ service: 's', value_type: 'text' })
  for await (const message of reader) {
    message.value.toUpperCase()
    // @ts-expect-error text is no number
    message.value.toFixed()
    // @ts-expect-error what was received is not changed
    message.topic = 'another'
    // @ts-expect-error there is no such option of a failure
    message.fail(new Error('no'), { retry: false })
    // @ts-expect-error not every message is an event
    message.event.id.length
  }
  const unknowing = await Reader.open({ service: 's' })
  for await (const message of unknowing) {
    // @ts-expect-error only the file knows the type of the value
    message.value.length
  }
}

test('the lines that must not compile are still there', () => {
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n')
  const refused = lines.filter((line) => line.trim().startsWith('// @ts-expect-error'))
  assert.equal(refused.length, 24)
})
