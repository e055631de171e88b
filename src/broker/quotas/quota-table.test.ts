import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  entityKey,
  entityProblem,
  type Quota,
  type QuotaEntity,
  valueProblem,
} from '../../access/quota.ts'
import { QuotaTable } from './quota-table.ts'

function tableOf(...entities: readonly QuotaEntity[]): QuotaTable {
  const quotas = entities.map((entity, index) => ({
    entity,
    values: { producer_byte_rate: index + 1 },
  }))
  return new QuotaTable([], new Map(quotas.map((quota) => [entityKey(quota.entity), quota])))
}

test('the nearest quota counts, in Kafka’s order', () => {
  const order: QuotaEntity[] = [
    { user: 'alice', 'client-id': 'pump' },
    { user: 'alice', 'client-id': null },
    { user: 'alice' },
    { user: null, 'client-id': 'pump' },
    { user: null, 'client-id': null },
    { user: null },
    { 'client-id': 'pump' },
    { 'client-id': null },
  ]
  for (let first = 0; first < order.length; first++) {
    const table = tableOf(...order.slice(first))
    assert.equal(table.ofClient('producer_byte_rate', 'alice', 'pump')?.perSecond, 1)
  }
  assert.equal(tableOf().ofClient('producer_byte_rate', 'alice', 'pump'), undefined)
})

test('a quota of a user is shared by the clients of that user, a default by nobody else', () => {
  const sharedBy = (table: QuotaTable, user: string, clientId: string) =>
    table.ofClient('producer_byte_rate', user, clientId)?.sharedBy
  const users = tableOf({ user: null })
  assert.equal(sharedBy(users, 'alice', 'a'), sharedBy(users, 'alice', 'b'))
  assert.notEqual(sharedBy(users, 'alice', 'a'), sharedBy(users, 'bob', 'a'))
  const clients = tableOf({ 'client-id': null })
  assert.equal(sharedBy(clients, 'alice', 'a'), sharedBy(clients, 'bob', 'a'))
  assert.notEqual(sharedBy(clients, 'alice', 'a'), sharedBy(clients, 'alice', 'b'))
})

test('an address is the same however it is written', () => {
  const entity = { ip: '::1' }
  const quota = { entity, values: { connection_creation_rate: 5 } }
  const table = new QuotaTable([], new Map([[entityKey(entity), quota]]))
  assert.equal(table.ofAddress('0:0:0:0:0:0:0:1')?.perSecond, 5)
})

test('what clients set goes before the configuration, value by value', () => {
  const entity = { user: 'alice' }
  const stored = new Map<string, Quota>()
  const declared = { entity, values: { producer_byte_rate: 1, consumer_byte_rate: 2 } }
  const table = new QuotaTable([declared], stored)
  stored.set(entityKey(entity), { entity, values: { producer_byte_rate: 10 } })
  table.changed()
  assert.equal(table.ofClient('producer_byte_rate', 'alice', '')?.perSecond, 10)
  assert.equal(table.ofClient('consumer_byte_rate', 'alice', '')?.perSecond, 2)
  assert.deepEqual(table.all(), [
    { entity, values: { producer_byte_rate: 10, consumer_byte_rate: 2 } },
  ])
})

test('an entity or a value that cannot be is said', () => {
  const entry = (entityType: string, entityName: string | null = 'x') => ({
    entityType,
    entityName,
  })
  assert.equal(entityProblem([entry('user'), entry('client-id', null)]), undefined)
  assert.equal(entityProblem([entry('ip', '10.0.0.7')]), undefined)
  assert.match(entityProblem([]) ?? '', /empty/)
  assert.match(entityProblem([entry('user'), entry('user')]) ?? '', /duplicate/)
  assert.match(entityProblem([entry('group')]) ?? '', /Unhandled/)
  assert.match(entityProblem([entry('user'), entry('ip', '10.0.0.7')]) ?? '', /combination/)
  assert.match(entityProblem([entry('ip', 'pump')]) ?? '', /not a valid IP/)
  assert.equal(valueProblem({ user: 'x' }, 'request_percentage', 0.5), undefined)
  for (const [key, value] of [
    ['producer_byte_rate', 0.5],
    ['producer_byte_rate', 0],
    ['producer_byte_rate', Number.NaN],
    ['connection_creation_rate', 1],
    ['speed', 1],
  ] as const) {
    assert.notEqual(valueProblem({ user: 'x' }, key, value), undefined, `${key} ${value}`)
  }
})
