import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError, InvalidMessageError } from '../sinetstream/errors.ts'
import { type StandardSchema, standardSchema, type Validation } from './standard-schema.ts'

/** As zod, valibot and arktype give them. */
function schema<Value>(
  validate: (value: unknown) => Validation<Value> | Promise<Validation<Value>>,
): StandardSchema<Value> {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

const celsius = schema<{ celsius: number }>((value) => {
  const { celsius } = (value ?? {}) as { celsius?: unknown }
  if (typeof celsius === 'number') return { value: { celsius } }
  return { issues: [{ message: 'expected a number', path: ['readings', { key: 0 }, 'celsius'] }] }
})
const reading = standardSchema(celsius)

test('a value that fits travels as JSON', () => {
  const bytes = Buffer.from(reading.encode({ celsius: 21.5 }))
  assert.equal(bytes.toString(), '{"celsius":21.5}')
  assert.deepEqual(reading.decode(bytes), { celsius: 21.5 })
})

test('a value that does not fit is an InvalidMessageError on both sides, with the place and the reason', () => {
  const told = /test schema: readings\.0\.celsius: expected a number\./
  assert.throws(() => reading.encode({ celsius: 'hot' } as never), told)
  assert.throws(() => reading.decode(Buffer.from('{"celsius":"hot"}')), told)
  assert.throws(() => reading.decode(Buffer.from('{')), InvalidMessageError)
})

test('what the schema makes of a value is made once, by the reader', () => {
  const length = standardSchema<number>(
    schema((value) =>
      typeof value === 'string' ? { value: value.length } : { issues: [{ message: 'no text' }] },
    ),
  )
  const bytes = Buffer.from(length.encode('four' as never))
  assert.equal(bytes.toString(), '"four"')
  assert.equal(length.decode(bytes), 4)
})

test('of many issues, the first ones are told', () => {
  const issues = Array.from({ length: 1000 }, (_, at) => ({ message: `issue ${at}` }))
  const endless = standardSchema(schema(() => ({ issues })))
  assert.throws(() => endless.encode(1), /issue 0; issue 1; issue 2; issue 3; issue 4\.$/)
})

test('a schema that validates asynchronously is an InvalidArgumentError, whatever becomes of it', () => {
  const late = standardSchema(schema(async (value) => ({ value })))
  const never = standardSchema(schema(() => Promise.reject(new Error('too late'))))
  assert.throws(() => late.encode(1), InvalidArgumentError)
  assert.throws(() => never.decode(Buffer.from('1')), InvalidArgumentError)
})

test('a schema that throws is an InvalidMessageError with its cause', () => {
  const cause = new Error('a refinement that fails')
  const broken = standardSchema(
    schema(() => {
      throw cause
    }),
  )
  assert.throws(
    () => broken.encode(1),
    (error: Error) => {
      return error instanceof InvalidMessageError && error.cause === cause
    },
  )
})
