import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../../../base/random.ts'
import { type Naming, namesOf, objectKey } from './names.ts'

const naming: Naming = { prefix: 'a.b', suffix: '.bin', name: 'minute', utc_offset: 540 }
const name = { topic: 't', writer: '6f1c0a52-0000-4000-8000-000000000001', seqno: 12 }

test('the folders are of the date at the offset, as deep as asked for', () => {
  const us = Date.parse('2024-02-28T23:59:59.999Z') * 1000
  const folder = (change: Partial<Naming>) => objectKey({ ...naming, ...change }, name, us)
  const file = `t-${name.writer}-12.bin`
  assert.equal(folder({}), `a.b/t/2024/02/29/08/59/${file}`)
  assert.equal(folder({ name: 'hour' }), `a.b/t/2024/02/29/08/${file}`)
  assert.equal(folder({ name: 'day', suffix: '' }), `a.b/t/2024/02/29/t-${name.writer}-12`)
  assert.equal(folder({ utc_offset: -210 }), `a.b/t/2024/02/28/20/29/${file}`)
})

test('without an offset the folders are of the local date', () => {
  const date = new Date(1_700_000_000_000)
  const local = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()]
  const padded = local.map((part) => String(part).padStart(2, '0')).join('/')
  const { utc_offset, ...rest } = naming
  const key = objectKey(rest, name, 1_700_000_000_000_000)
  assert.equal(key, `a.b/t/2023/${padded}/t-${name.writer}-12.bin`)
})

test('every name that is written is understood', (t) => {
  const seed = Date.now() % 2 ** 31
  t.diagnostic(`seed ${seed}`)
  const random = seededRandom(seed)
  const topics = ['t', 'a/b', 'a-1', '日本', '(.*)', 'x+$']
  for (let round = 0; round < 500; round++) {
    const topic = topics[between(random, 0, topics.length - 1)] ?? ''
    const chosen: Naming = {
      prefix: ['p', 'p/q', ''][between(random, 0, 2)] ?? '',
      suffix: ['.bin', '', '-1'][between(random, 0, 2)] ?? '',
      name: (['day', 'hour', 'minute'] as const)[between(random, 0, 2)] ?? 'day',
      utc_offset: between(random, -720, 840),
    }
    const written = { topic, writer: name.writer, seqno: between(random, 1, 10_000_000) }
    const key = objectKey(chosen, written, between(random, 0, 2 ** 52))
    const { prefix, parse } = namesOf(chosen, topic)
    assert.ok(key.startsWith(prefix))
    const { folder, ...understood } = parse(key) ?? { folder: '' }
    assert.deepEqual(understood, written, key)
    assert.ok(key.startsWith(`${folder}/`))
  }
})

test('what is no message of the topic is passed over, and * is any topic', () => {
  const { parse } = namesOf(naming, 't')
  const any = namesOf(naming, '*')
  const good = 'a.b/t/2024/02/29/08/59/t-x-1.bin'
  assert.deepEqual(parse(good), {
    ...{ topic: 't', writer: 'x', seqno: 1, folder: 'a.b/t/2024/02/29/08/59' },
  })
  assert.equal(parse('a.b/t/2024/02/29/08/59/t-x.bin')?.seqno, 0)
  assert.equal(any.parse(good)?.topic, 't')
  for (const bad of [
    'aXb/t/2024/02/29/08/59/t-x-1.bin',
    'a.b/u/2024/02/29/08/59/u-x-1.bin',
    'a.b/t/2024/02/29/08/t-x-1.bin',
    'a.b/t/2024/13/29/08/59/t-x-1.bin',
    'a.b/t/2024/02/29/08/59/u-x-1.bin',
    'a.b/t/2024/02/29/08/59/t-x-1xbin',
    'a.b/t/2024/02/29/08/59/t-x/1.bin',
    `x/${good}`,
  ]) {
    assert.equal(parse(bad), undefined, bad)
  }
  assert.equal(any.parse('a.b/t/2024/02/29/08/59/u-x-1.bin'), undefined)
})
