import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { informationOf } from './information.ts'
import { MessageMetrics } from './message-metrics.ts'

test('figures begin at nothing', () => {
  const clock = new ManualClock(1_700_000_000_000)
  const metrics = new MessageMetrics(clock).snapshot()
  assert.equal(metrics.start_time, 1_700_000_000)
  assert.equal(metrics.start_time_ms, 1_700_000_000_000)
  assert.equal(metrics.msg_count_total, 0)
  assert.equal(metrics.msg_count_rate, 0)
  assert.equal(metrics.msg_compression_ratio, 1)
  assert.equal(metrics.msg_size_min, undefined)
  assert.equal(metrics.msg_size_max, undefined)
})

test('messages and errors are counted, and the time ends with the last of them', () => {
  const clock = new ManualClock()
  const metrics = new MessageMetrics(clock)
  clock.advance(1000)
  metrics.message(30, 100, 20)
  clock.advance(1000)
  metrics.message(50, 100, 40)
  metrics.error()
  clock.advance(5000)
  const figures = metrics.snapshot()
  assert.equal(figures.time, 2)
  assert.equal(figures.msg_count_total, 2)
  assert.equal(figures.msg_count_rate, 1)
  assert.equal(figures.msg_bytes_total, 80)
  assert.equal(figures.msg_bytes_rate, 40)
  assert.equal(figures.msg_compression_ratio, 0.3)
  assert.equal(figures.msg_size_min, 30)
  assert.equal(figures.msg_size_max, 50)
  assert.equal(figures.msg_size_avg, 40)
  assert.equal(figures.error_count_total, 1)
  assert.equal(figures.error_count_rate, 0.5)
  metrics.reset()
  assert.equal(metrics.snapshot().msg_count_total, 0)
})

test('information is found by its path', () => {
  const informant = { clientId: 'c1', metrics: { msg_count_total: 3 } }
  const ofTransport = { writer: { seqno: 7 } }
  const at = (path: string) => informationOf(path, informant, 's3', ofTransport)
  assert.equal(at('client_id'), 'c1')
  assert.equal(at('metrics.msg_count_total'), 3)
  assert.equal(at('s3.writer.seqno'), 7)
  assert.equal(at('s3.reader.seqno'), undefined)
  assert.equal(at('client_id.length'), undefined)
  assert.equal(at('constructor'), undefined)
  assert.deepEqual(at(''), { client_id: 'c1', metrics: informant.metrics, s3: ofTransport })
})
