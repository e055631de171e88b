import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionOf, type UnderstoodRecord } from './condition.ts'
import { understand } from './seen.ts'

interface Given {
  readonly key?: string
  readonly value?: string | Buffer | null
  readonly headers?: readonly (readonly [string, string])[]
}

function record({ key, value = null, headers = [] }: Given): UnderstoodRecord {
  const [keyBytes, valueBytes] = [key ?? null, value].map((one) =>
    one === null ? null : Buffer.from(one),
  ) as [Buffer | null, Buffer | null]
  return {
    ...{ topic: 'readings', partition: 1 },
    record: {
      ...{ offset: 7n, timestamp: 1000n, key: keyBytes, value: valueBytes },
      headers: headers.map(([name, text]) => ({ key: name, value: Buffer.from(text) })),
    },
    key: understand(keyBytes),
    value: understand(valueBytes),
  }
}

async function verdicts(
  { filter, text }: { filter?: string; text?: string },
  given: readonly Given[],
): Promise<unknown[]> {
  const condition = await conditionOf(filter, text)
  const said = condition?.(given.map(record)) ?? []
  return said.map((one) => (one instanceof Error ? (one as { code?: string }).code : one))
}

test('without a word every record is wanted', async () => {
  assert.equal(await conditionOf(undefined, undefined), undefined)
  assert.equal(await conditionOf('', ''), undefined)
})

test('a text is found in key, value and headers, in whatever case, and not in base64', async () => {
  const given = [
    { key: 'PUMP-1' },
    { value: '{"name":"pump-2"}' },
    { headers: [['Pump', '3']] as const },
    { headers: [['trace', 'pump-4']] as const },
    { value: 'valve' },
    { value: Buffer.concat([Buffer.from('pump'), Buffer.from([0xff])]) },
    {},
  ]
  assert.deepEqual(await verdicts({ text: 'pUmP' }, given), [
    ...[true, true, true, true],
    ...[false, false, false],
  ])
})

test('a filter takes JSON for what it says, texts and bytes for themselves, and nothing for null', async () => {
  const given = [{ value: '{"a":9007199254740993}' }, { value: 'text' }, { value: null }]
  assert.deepEqual(await verdicts({ filter: 'value == null' }, given), [false, false, true])
  assert.deepEqual(await verdicts({ filter: 'value == "text"' }, given), [false, true, false])
  assert.deepEqual(await verdicts({ filter: 'value.a == 9007199254740993' }, given.slice(0, 1)), [
    true,
  ])
  const bytes = [{ value: Buffer.from([0xff, 1]) }]
  assert.deepEqual(await verdicts({ filter: 'size(value) == 2' }, bytes), [true])
})

test('where a filter has no result for a record, or one that is no condition, that is said of it alone', async () => {
  const given = [{ value: '{"a":1}' }, { value: '{}' }, { value: '{"a":2}' }]
  assert.deepEqual(await verdicts({ filter: 'value.a > 1' }, given), [
    ...[false, 'expression-failed', true],
  ])
  assert.deepEqual(await verdicts({ filter: 'value.a' }, given.slice(0, 1)), ['filter-not-boolean'])
})

test('of a filter and a text both must hold', async () => {
  const given = [{ value: '{"a":1}' }, { value: '{"a":1,"b":"pump"}' }, { value: '"pump"' }]
  const both = { filter: 'value.a == 1', text: 'pump' }
  assert.deepEqual(await verdicts(both, given), [false, true, 'expression-failed'])
})

test('what is no filter is told before a record is looked at', async () => {
  await assert.rejects(conditionOf('value.a >', undefined), { code: 'wrong-filter' })
  await assert.rejects(conditionOf('value.map(x, x)', undefined), { code: 'wrong-filter' })
})

test('a filter that takes too long is stopped', async () => {
  const list = JSON.stringify(Array.from({ length: 30_000 }, (_, index) => index))
  const filter = 'value.all(x, value.exists(y, y == x + 0.5) == false)'
  await assert.rejects(verdicts({ filter }, [{ value: list }]), { code: 'filter-too-slow' })
})
