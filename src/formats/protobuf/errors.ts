import { isError, type LeatError } from '../../base/errors.ts'
import { schemaError } from '../schemas/errors.ts'

/** `where`: line:column of a text, or nothing. */
export function invalidSchema(why: string, where = '', cause?: unknown): LeatError {
  return schemaError('invalid-schema', { type: 'PROTOBUF', where, why }, { cause })
}

export function unresolvedReference(name: string, cause?: unknown): LeatError {
  return schemaError('unresolved-reference', { type: 'PROTOBUF', name }, { cause })
}

export function wrongValue(where: string, expected: string, given: string): LeatError {
  return schemaError('wrong-value', { type: 'PROTOBUF', where, expected, given })
}

/** A `wrong-value` with the way to the value one step longer: a field's name, or `[2]`. */
export function deeper(step: string, error: unknown): unknown {
  if (!isError(error, 'wrong-value')) return error
  const { where, expected, given } = error.facts as Record<'where' | 'expected' | 'given', string>
  const rest = where === '' || where.startsWith('[') ? where : `.${where}`
  return wrongValue(`${step}${rest}`, expected, given)
}
