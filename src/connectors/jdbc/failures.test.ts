import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadRecordError, RetriableError } from '../../connect/kit/index.ts'
import { mysql } from './dialects/mysql/dialect.ts'
import { postgresql } from './dialects/postgresql/dialect.ts'
import { failureOf } from './failures.ts'

function kindOf(error: Error, dialect = mysql): string {
  const failure = failureOf(dialect, error, 'the records', { discreet: false })
  if (failure instanceof RetriableError) return 'retriable'
  return failure instanceof BadRecordError ? 'bad record' : 'fatal'
}

const fromMysql = (errno: number, sqlState: string) =>
  Object.assign(new Error('words'), { errno, sqlState, code: 'ER_X', sql: 'INSERT …' })
const fromPostgresql = (code: string) =>
  Object.assign(new Error('words'), { code, severity: 'ERROR' })
const fromSystem = (code: string) => Object.assign(new Error('words'), { code, errno: -111 })

test('what MySQL says is worth another attempt, or a fault of the record, or for somebody to cure', () => {
  const kinds = {
    retriable: [1213, 1205, 1040, 1053, 2013],
    'bad record': [1062, 1048, 1406, 1264, 1366],
  }
  for (const [kind, numbers] of Object.entries(kinds)) {
    for (const number of numbers)
      assert.equal(kindOf(fromMysql(number, 'HY000')), kind, `${number}`)
  }
  for (const number of [1045, 1044, 1142, 1064, 9999]) {
    assert.equal(kindOf(fromMysql(number, '42000')), 'fatal', `${number}`)
  }
  assert.equal(kindOf(fromMysql(9999, '22001')), 'bad record')
  assert.equal(kindOf(fromSystem('ECONNREFUSED')), 'retriable')
  assert.equal(kindOf(fromSystem('DEPTH_ZERO_SELF_SIGNED_CERT')), 'fatal')
})

test('what PostgreSQL says is worth another attempt, or a fault of the record, or for somebody to cure', () => {
  const kinds = {
    retriable: ['40001', '40P01', '53300', '57P01', '57P03', '08006', '42P01'],
    'bad record': ['23505', '23502', '22001', '22003', '22P02', '42804', '21000'],
    fatal: ['28P01', '42501', '3D000', '42601', '42P10'],
  }
  for (const [kind, codes] of Object.entries(kinds)) {
    for (const code of codes) assert.equal(kindOf(fromPostgresql(code), postgresql), kind, code)
  }
  assert.equal(kindOf(new Error('Connection terminated unexpectedly'), postgresql), 'retriable')
})

test("neither the statement nor, where it is to be discreet, the database's words are told", () => {
  const failure = failureOf(mysql, fromMysql(1062, '23000'), 'the records', { discreet: true })
  assert.equal(failure.message, 'The database refused the records: ER_X')
  assert.equal(failure.cause, undefined)
})

test('a bug of ours is not taken for a database that is away', () => {
  assert.equal(kindOf(new TypeError('undefined is not a function')), 'fatal')
})
