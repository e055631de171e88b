/** From the value type that a program names to the type that the compiler checks. */
import {
  type StandardSchema,
  standardSchema,
  type ValueType,
  type ValueTypes,
  valueTypeByName,
} from '../formats/values/index.ts'
import type { ServiceParameters } from './service/index.ts'

type Name = keyof ValueTypes

/**
 * What `value_type` may be: a name, a name with arguments, a value type of your own, or a Standard
 * Schema (zod 4, valibot, arktype), whose values travel as JSON and are validated on both sides.
 */
export type ValueTypeGiven =
  | Name
  | { readonly name: Name; readonly args?: Readonly<Record<string, unknown>> }
  // biome-ignore lint/suspicious/noExplicitAny: the value is inferred from what is given.
  | ValueType<any>
  // biome-ignore lint/suspicious/noExplicitAny: the same.
  | StandardSchema<any>
  | undefined

/** The type of the values; unknown where only the service file says it. */
export type ValueOf<Given extends ValueTypeGiven> = [Given] extends [undefined]
  ? unknown
  : Given extends Name
    ? ValueTypes[Given]
    : Given extends ValueType<infer Value>
      ? Value
      : Given extends StandardSchema<infer Value>
        ? Value
        : Given extends { readonly name: infer Named extends Name }
          ? ValueTypes[Named]
          : unknown

export type WithValueType<Parameters, Given extends ValueTypeGiven> = Omit<
  Parameters,
  'value_type'
> & { readonly value_type?: Given }

/** @throws InvalidArgumentError for a name that is not known. */
export function valueTypeFor(given: ServiceParameters['valueType']): ValueType<unknown> {
  const { custom } = given
  if (isValueType(custom)) return custom
  if (isStandardSchema(custom)) return standardSchema(custom)
  return valueTypeByName(given.name, given.args)
}

function isValueType(value: unknown): value is ValueType<unknown> {
  return typeof value === 'object' && value !== null && 'encode' in value && 'decode' in value
}

function isStandardSchema(value: unknown): value is StandardSchema<unknown> {
  const holds = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return holds && '~standard' in value
}
