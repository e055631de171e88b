import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PipelineEvent } from '../event.ts'
import { openFlow } from '../flow.ts'
import { formulaParser } from '../formula-parser.ts'
import { readSpec } from '../testing/read-spec.ts'

interface Given {
  readonly value?: unknown
  readonly key?: unknown
  readonly at?: number
  readonly headers?: PipelineEvent['headers']
}

/** What comes out of the steps, as [target, key, value]; what is refused, as an error's code. */
function outOf(yaml: string, given: readonly Given[]) {
  const out: [string, unknown, unknown][] = []
  let late = 0
  const flow = openFlow(readSpec(yaml), {
    expression: formulaParser(),
    emit: ({ topic }, { key, value }) => out.push([topic, key, value]),
    failed: (_, error) => out.push(['failed', null, (error as { code: string }).code]),
    late: () => {
      late += 1
    },
  })
  for (const [index, { value = null, key = null, at = 0, headers = [] }] of given.entries()) {
    const place = { topic: 'in', partition: 0, offset: BigInt(index), timestampMs: at }
    try {
      flow.handle({ ...place, key, value, headers, keyBytes: undefined, valueBytes: undefined })
    } catch (error) {
      out.push(['refused', null, (error as { code: string }).code])
    }
  }
  return { out, flow, late }
}

const values = (yaml: string, given: readonly Given[]) =>
  outOf(yaml, given).out.map(([, , value]) => value)

test('a filter lets pass what its condition is true for', () => {
  const yaml = 'from: in\nto: out\nsteps: [ filter: "value.t != null && value.t > 20" ]'
  assert.deepEqual(
    values(yaml, [{ value: { t: 21 } }, { value: { t: 20 } }, { value: { t: null } }]),
    [{ t: 21 }],
  )
})

test('a filter that is not true or false refuses the record', () => {
  assert.deepEqual(
    values('from: in\nto: out\nsteps: [ filter: "value.t" ]', [{ value: { t: 'x' } }]),
    ['not-true-or-false'],
  )
})

test('a field that is absent refuses the record, unless it is asked for with has()', () => {
  const given = [{ value: {} }]
  assert.deepEqual(values('from: in\nto: out\nsteps: [ filter: "value.t > 1" ]', given), [
    'expression-failed',
  ])
  assert.deepEqual(values('from: in\nto: out\nsteps: [ filter: "!has(value.t)" ]', given), [{}])
})

test('map makes a new value, set adds to it, drop takes from it, key names it', () => {
  const yaml = `
from: in
to: out
steps:
  - map: { celsius: "(value.f - 32) * 5 / 9", at: timestamp, from: topic }
  - set: { celsius: round(value.celsius), warm: "value.celsius > 20" }
  - drop: [ from ]
  - key: "'device-' + key"
`
  assert.deepEqual(outOf(yaml, [{ value: { f: 212 }, key: '7', at: 5 }]).out, [
    ['out', 'device-7', { celsius: 100, at: new Date(5), warm: true }],
  ])
})

test('map may be one expression for the whole value', () => {
  assert.deepEqual(
    values('from: in\nto: out\nsteps: [ map: "value.payload" ]', [{ value: { payload: [1, 2] } }]),
    [[1, 2]],
  )
})

test('expressions see headers', () => {
  const headers = [{ key: 'unit', value: Buffer.from('C') }]
  assert.deepEqual(values('from: in\nto: out\nsteps: [ map: "headers.unit" ]', [{ headers }]), [
    'C',
  ])
})

test('a step for objects refuses what is none', () => {
  for (const step of ['set: { a: "1" }', 'drop: [ a ]']) {
    assert.deepEqual(values(`from: in\nto: out\nsteps: [ ${step} ]`, [{ value: 'text' }]), [
      'not-an-object',
    ])
  }
})

test('branches have steps and targets of their own, and what comes in also goes on', () => {
  const yaml = `
from: in
to: all
steps:
  - branch:
      - { steps: [ filter: "value.n > 1" ], to: large }
      - { steps: [ map: "value.n" ], to: [ numbers, { topic: texts, format: text } ] }
`
  assert.deepEqual(outOf(yaml, [{ value: { n: 1 } }, { value: { n: 2 } }]).out, [
    ['numbers', null, 1],
    ['texts', null, 1],
    ['all', null, { n: 1 }],
    ['large', null, { n: 2 }],
    ['numbers', null, 2],
    ['texts', null, 2],
    ['all', null, { n: 2 }],
  ])
})

const tumbling = `
from: in
to: out
steps:
  - window:
      size: 10s
      key: value.device
      values: { n: count, sum: sum(value.t), mean: avg(value.t), low: min(value.t), high: max(value.t), last: last(value.t) }
`

test('a window counts and adds up each key by itself, and is handed on when time has passed its end', () => {
  const given = [
    { value: { device: 'a', t: 1 }, at: 1000 },
    { value: { device: 'b', t: 5 }, at: 2000 },
    { value: { device: 'a', t: 3 }, at: 9999 },
    { value: { device: 'a', t: null }, at: 9000 },
    { value: { device: 'a', t: 7 }, at: 10_001 },
  ]
  const bounds = { window_start: new Date(0), window_end: new Date(10_000) }
  assert.deepEqual(outOf(tumbling, given).out, [
    ['out', 'a', { key: 'a', ...bounds, n: 3, sum: 4, mean: 2, low: 1, high: 3, last: 3 }],
    ['out', 'b', { key: 'b', ...bounds, n: 1, sum: 5, mean: 5, low: 5, high: 5, last: 5 }],
  ])
})

test('what comes after its window was closed is late, and changes nothing', () => {
  const given = [
    { value: { device: 'a', t: 1 }, at: 1000 },
    { value: { device: 'a', t: 1 }, at: 20_000 },
    { value: { device: 'a', t: 9 }, at: 1500 },
  ]
  const { out, late } = outOf(tumbling, given)
  assert.equal(out.length, 1)
  assert.equal(late, 1)
})

test('an event that is dated far after its record is refused, and closes no window', () => {
  const yaml =
    'from: in\nto: out\nsteps:\n  - window: { size: 10s, time: value.at, ahead: 1m, values: { n: count } }'
  const at = 1_700_000_000_000
  const { out } = outOf(yaml, [
    { at, value: { at } },
    { at, value: { at: at + 60_001 } },
    { at, value: { at: 9e15 } },
    { at, value: { at: at + 1 } },
    { at, value: { at: at + 60_000 } },
  ])
  assert.deepEqual(
    out.map(([target, , value]) => [target, Object(value).n ?? value]),
    [
      ['refused', 'too-far-ahead'],
      ['refused', 'too-far-ahead'],
      ['out', 2],
    ],
  )
})

test('a value that cannot be added up is refused, and its window stays as it was', () => {
  const given = [
    { value: { device: 'a', t: 1 }, at: 1000 },
    { value: { device: 'a', t: 'warm' }, at: 1100 },
    { value: { device: 'a', t: 1 }, at: 20_000 },
  ]
  const [refused, window] = values(tumbling, given)
  assert.equal(refused, 'not-a-number')
  assert.equal((window as { n: number }).n, 1)
})

test('windows may overlap', () => {
  const yaml =
    'from: in\nto: out\nsteps: [ window: { size: 10s, every: 5s, values: { n: count } } ]'
  const counts = values(yaml, [{ at: 6000 }, { at: 11_000 }, { at: 40_000 }]).map((value) => {
    const { window_start, n } = value as { window_start: Date; n: number }
    return [window_start.getTime(), n]
  })
  assert.deepEqual(counts, [
    [0, 1],
    [5000, 2],
    [10_000, 1],
  ])
})

test('a grace keeps a window open for those that come late', () => {
  const yaml =
    'from: in\nto: out\nsteps: [ window: { size: 10s, grace: 5s, values: { n: count } } ]'
  const [first] = values(yaml, [{ at: 1000 }, { at: 14_000 }, { at: 2000 }, { at: 15_001 }])
  assert.equal((first as { n: number }).n, 2)
})

test('an open window must be read again from its first event', () => {
  const { flow } = outOf(tumbling, [
    { value: { device: 'a', t: 1 }, at: 1000 },
    { value: { device: 'a', t: 1 }, at: 11_000 },
    { value: { device: 'a', t: 1 }, at: 12_000 },
  ])
  assert.equal(flow.oldest(), 1n)
  assert.deepEqual(flow.note(), [12_000])
})

test('a result that the steps behind a window refuse fails alone', () => {
  const yaml =
    'from: in\nto: out\nsteps: [ window: { size: 10s, values: { n: count } }, filter: "value.n" ]'
  const { out } = outOf(yaml, [{ at: 1000 }, { at: 11_000 }])
  assert.deepEqual(out, [['failed', null, 'not-true-or-false']])
})

test('of the events that say the same within a time only the first passes', () => {
  const yaml = 'from: in\nto: out\nsteps: [ deduplicate: { by: value.id, within: 10s } ]'
  const given = [
    { value: { id: 1, n: 1 }, at: 0 },
    { value: { id: 1, n: 2 }, at: 9999 },
    { value: { id: 2, n: 3 }, at: 9999 },
    { value: { id: 1, n: 4 }, at: 10_000 },
  ]
  assert.deepEqual(
    values(yaml, given).map((value) => (value as { n: number }).n),
    [1, 3, 4],
  )
})

test('a wrong step, expression, duration or aggregate is said with its cure', () => {
  const wrong: [string, RegExp][] = [
    ['steps: [ fliter: "true" ]', /'fliter' is no step; write 'filter'/],
    ['steps: [ { filter: "true", map: "1" } ]', /has one key.*before 'map'/],
    [
      'steps: [ window: { size: 10, values: {} } ]',
      /'size' is '10'; write a number with ms, s, m, h or d/,
    ],
    [
      'steps: [ window: { size: 1s, values: { a: median(value.t) } } ]',
      /no aggregate; write count, sum/,
    ],
    ['steps: [ window: { size: 1s, values: { a: avg } } ]', /no aggregate/],
  ]
  for (const [yaml, says] of wrong)
    assert.throws(() => readSpec(`from: in\nto: out\n${yaml}`), says)
  assert.throws(
    () => outOf('from: in\nto: out\nsteps: [ filter: "value.t >" ]', []),
    /at character 10/,
  )
})

test('a pattern cannot block the process', () => {
  const text = `${'a'.repeat(5000)}b`
  assert.deepEqual(
    values(`from: in\nto: out\nsteps: [ map: 'value.matches("^(a+)+$")' ]`, [{ value: text }]),
    [false],
  )
  for (const condition of ['value.matches(value)', 'value.matches("(a)\\\\1")']) {
    assert.throws(() => outOf(`from: in\nto: out\nsteps: [ filter: '${condition}' ]`, []), {
      code: 'wrong-expression',
    })
  }
})
