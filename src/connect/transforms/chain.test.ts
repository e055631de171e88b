import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectRecord } from '../kit/record.ts'
import { transformChain, transformNames, transformOptions } from './chain.ts'
import { transformKinds } from './index.ts'

function record(parts: Partial<ConnectRecord>): ConnectRecord {
  return {
    topic: 'readings',
    partition: 0,
    key: null,
    keySchema: null,
    value: null,
    valueSchema: null,
    headers: [],
    timestamp: undefined,
    ...parts,
  }
}

const hoist = { 'transforms.h.type': 'HoistField$Value', 'transforms.h.field': 'in' }
const route = {
  'transforms.r.type': 'org.apache.kafka.connect.transforms.RegexRouter',
  'transforms.r.regex': '(.*)',
  'transforms.r.replacement': 'new-$1',
}

test('transforms are applied in the order of their list, under long and short names', () => {
  const { transform } = transformChain({ transforms: 'h, r', ...hoist, ...route })
  assert.deepEqual(
    transform?.(record({ value: 1 })),
    record({ value: { in: 1 }, topic: 'new-readings' }),
  )
})

test('without transforms a record stays what it is', () => {
  const same = record({ value: 1 })
  assert.equal(transformChain({}).transform?.(same), same)
})

test('a predicate says which records a transform is applied to, and negate turns it round', () => {
  const drop = { transforms: 'f', 'transforms.f.type': 'Filter', 'transforms.f.predicate': 'gone' }
  const gone = { predicates: 'gone', 'predicates.gone.type': 'RecordIsTombstone' }
  const kept = transformChain({ ...drop, ...gone }).transform
  const turned = transformChain({ ...drop, ...gone, 'transforms.f.negate': 'true' }).transform
  const [tombstone, alive] = [record({}), record({ value: 1 })]
  assert.deepEqual([kept?.(tombstone), kept?.(alive)], [undefined, alive])
  assert.deepEqual([turned?.(tombstone), turned?.(alive)], [tombstone, undefined])
})

test('the other predicates look at headers and at the name of the topic', () => {
  for (const predicate of [
    { 'predicates.p.type': 'HasHeaderKey', 'predicates.p.name': 'drop' },
    { 'predicates.p.type': 'TopicNameMatches', 'predicates.p.pattern': 'dro.+' },
  ]) {
    const { transform } = transformChain({
      transforms: 'f',
      'transforms.f.type': 'Filter',
      'transforms.f.predicate': 'p',
      predicates: 'p',
      ...predicate,
    })
    const header = { key: 'drop', schema: null, value: 1 }
    assert.equal(transform?.(record({ topic: 'drops', headers: [header] })), undefined)
    assert.notEqual(transform?.(record({ topic: 'adrops', headers: [] })), undefined)
  }
})

test('all that is wrong with transforms is told at once, by the whole names of the options', () => {
  const { transform, errors } = transformChain({
    transforms: 'a,b,c,d,e',
    'transforms.a.type': 'Nothing',
    'transforms.b.type': 'Cast$Value',
    'transforms.c.type': 'RegexRouter',
    'transforms.c.regex': '(',
    'transforms.c.replacement': 'x',
    'transforms.d.type': 'Filter',
    'transforms.d.predicate': 'p',
    'transforms.e.type': 'InsertField$Key',
  })
  assert.equal(transform, undefined)
  assert.deepEqual(Object.keys(errors).sort(), [
    'transforms.a.type',
    'transforms.b.spec',
    'transforms.c.regex',
    'transforms.d.predicate',
    'transforms.e.type',
  ])
  assert.deepEqual(errors['transforms.b.spec'], [
    'Missing required configuration "transforms.b.spec" which has no default value.',
  ])
  assert.match(
    errors['transforms.c.regex']?.[0] ?? '',
    /^Invalid value \( for configuration transforms\.c\.regex: Invalid regex: /,
  )
  assert.deepEqual(errors['transforms.e.type'], ['No field insertion configured'])
})

test('a sided transform needs its side, and the others have none', () => {
  for (const type of ['HoistField', 'HoistField$Header', 'Filter$Value']) {
    const config = { transforms: 'h', 'transforms.h.type': type, 'transforms.h.field': 'x' }
    assert.deepEqual(Object.keys(transformChain(config).errors), ['transforms.h.type'], type)
  }
})

test('the options of a configuration are those of its transforms and predicates', () => {
  const options = transformOptions({
    transforms: 'h',
    ...hoist,
    predicates: 'p',
    'predicates.p.type': 'HasHeaderKey',
  })
  assert.deepEqual(Object.keys(options), [
    'transforms',
    'predicates',
    'transforms.h.type',
    'transforms.h.predicate',
    'transforms.h.negate',
    'transforms.h.field',
    'predicates.p.type',
    'predicates.p.name',
  ])
})

test("all of Kafka's transforms are here under their Java names", () => {
  const names = transformKinds.flatMap(transformNames)
  assert.equal(names.length, 26)
  assert.ok(names.includes('org.apache.kafka.connect.transforms.InsertField$Key'))
})

test('a pattern that would backtrack for ever holds nobody up', () => {
  const { transform } = transformChain({
    transforms: 'r',
    ...route,
    'transforms.r.regex': '(a+)+$',
  })
  const topic = `${'a'.repeat(200)}b`
  assert.equal(transform?.(record({ topic }))?.topic, topic)
})

test('a field called __proto__ is a field like any other', () => {
  const { transform } = transformChain({
    transforms: 'r',
    'transforms.r.type': 'ReplaceField$Value',
    'transforms.r.renames': 'a:__proto__',
  })
  const changed = transform?.(record({ value: { a: { admin: true } } }))?.value as object
  assert.deepEqual(Object.keys(changed), ['__proto__'])
  assert.equal('admin' in changed, false)
})
