import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocolErrors } from '@platformatic/kafka'
import { describeErrorCode, errorCode, errorCodes } from './error-codes.ts'

test('every error that another client knows has the same name, number and retriability here', () => {
  const theirs = Object.values(protocolErrors)
  assert.ok(theirs.length > 100)
  for (const { id, code, canRetry } of theirs) {
    const { name, retriable } = describeErrorCode(code)
    assert.deepEqual({ name, retriable }, { name: id, retriable: canRetry })
  }
})

test('no two errors have the same code', () => {
  const codes = Object.values(errorCodes).map(({ code }) => code)
  assert.equal(new Set(codes).size, codes.length)
  assert.equal(errorCode.UNKNOWN_TOPIC_OR_PARTITION, 3)
})

test('a code of a later Kafka reads as an unknown error', () => {
  assert.equal(describeErrorCode(9999).name, 'UNKNOWN_SERVER_ERROR')
})
