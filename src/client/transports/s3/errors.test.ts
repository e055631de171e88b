import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asS3Error } from './errors.ts'

const place = { server: '127.0.0.1:9000', bucket: 'b' }

function answer(name: string, httpStatusCode?: number, message = 'why'): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode } })
  error.name = name
  return error
}

test('answers of S3 become the errors that SINETStream programs catch', () => {
  const system = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
  const untrusted = Object.assign(new Error('no'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const cases = [
    [answer('AccessDenied', 403), 'AuthorizationError', false],
    [answer('Anything', 403), 'AuthorizationError', false],
    [answer('InvalidAccessKeyId', 403), 'AuthorizationError', false],
    [answer('RequestTimeTooSkewed', 403), 'AuthorizationError', true],
    [answer('CredentialsProviderError'), 'AuthorizationError', false],
    [answer('NoSuchBucket', 404), 'InvalidArgumentError', false],
    [answer('PermanentRedirect', 301), 'InvalidArgumentError', false],
    [answer('Error', undefined, 'Region is missing'), 'InvalidArgumentError', false],
    [answer('NotImplemented', 501), 'InvalidArgumentError', false],
    [answer('SlowDown', 503), 'ConnectionError', true],
    [answer('InternalError', 500), 'ConnectionError', true],
    [answer('ConditionalRequestConflict', 409), 'ConnectionError', true],
    [answer('TimeoutError'), 'ConnectionError', true],
    [system, 'ConnectionError', true],
    [untrusted, 'ConnectionError', false],
    [answer('toString', 400), 'SinetError', false],
  ] as const
  for (const [error, kind, isRetriable] of cases) {
    const told = asS3Error(error, place)
    assert.deepEqual([told.name, told.retriable], [kind, isRetriable], error.name)
    assert.equal(asS3Error(told, place), told)
  }
  assert.match(asS3Error(system, place).message, /127\.0\.0\.1:9000.*ECONNREFUSED/)
})

test('what a server answered is not kept, for it has keys and signatures', () => {
  const error = Object.assign(answer('SignatureDoesNotMatch', 403), { AWSAccessKeyId: 'AKIA' })
  const told = asS3Error(error, place)
  assert.equal(told.cause, undefined)
  assert.doesNotMatch(JSON.stringify(told), /AKIA/)
})
