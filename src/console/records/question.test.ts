import assert from 'node:assert/strict'
import { test } from 'node:test'
import { questionIn } from './question.ts'

const ask = (query: Readonly<Record<string, string>>) => questionIn((name) => query[name], 0)

test('without a word a question is about the oldest records, and from the end about the newest', () => {
  const nothing = { partition: undefined, filter: undefined, text: undefined }
  assert.deepEqual(ask({}), {
    ...{ from: { everywhere: { at: 'start' } }, order: 'oldest' },
    ...{ limit: 50, characters: 8192, ...nothing },
  })
  assert.deepEqual(ask({ from: 'end' }).order, 'newest')
  assert.deepEqual(ask({ from: 'end', order: 'oldest' }).order, 'oldest')
  assert.deepEqual(ask({ order: 'newest' }).from, { everywhere: { at: 'end' } })
  assert.deepEqual(ask({ from: '', order: '', filter: '', text: '' }), ask({}))
})

test('a place is one for all partitions, or one for each that is still to be read', () => {
  const placeOf = (from: string) => ask({ from }).from
  assert.deepEqual(placeOf('17'), { everywhere: { offset: 17n } })
  assert.deepEqual(placeOf('-5'), { everywhere: { beforeEnd: 5n } })
  assert.deepEqual(placeOf('@1700000000000'), { everywhere: { timeMs: 1_700_000_000_000 } })
  assert.deepEqual(placeOf('0:17,3:9007199254740993'), {
    each: new Map([
      [0, 17n],
      [3, 9_007_199_254_740_993n],
    ]),
  })
})

test('what is no question is refused with what to write', () => {
  const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ from: 'yesterday' }, /'from' is 'yesterday'; write start, end, an offset such as 17/],
    [{ from: 'start:end' }, /write start/],
    [{ from: '@-2h:-1h' }, /write start/],
    [{ order: 'up' }, /'order' is 'up'; write newest or oldest/],
    [{ limit: '1001' }, /'limit' is '1001'; write a whole number from 1 to 1000/],
    [{ bytes: '2000000' }, /from 0 to 1048576/],
    [{ partition: 'x' }, /whole number/],
    [{ text: 'x'.repeat(1001) }, /at most 1000 characters/],
  ]
  for (const [query, says] of wrong) {
    assert.throws(() => ask(query), { code: 'query-invalid', message: says })
  }
})
