import type { ServiceParameters } from './parameters.ts'
import { isMapping, mappingAt, type Settings, textAt, wrong } from './values.ts'

/** Whether it is a value type or a schema of the program's, which no file can say. */
export function isValueType(given: unknown): boolean {
  const holds = (typeof given === 'object' && given !== null) || typeof given === 'function'
  return holds && ('encode' in given || '~standard' in given)
}

/** @throws InvalidArgumentError; whether there is a type of that name is not looked at. */
export function valueTypeOf({ value_type: given }: Settings): ServiceParameters['valueType'] {
  if (isValueType(given)) return { name: 'custom', args: {}, custom: given }
  if (given === undefined || given === null) return { name: 'byte_array', args: {} }
  if (!isMapping(given)) throw wrong('value_type', given, "a name such as 'text'")
  return {
    name: textAt(given, 'name', 'value_type.name') ?? 'byte_array',
    args: mappingAt(given, 'args', 'value_type.args'),
  }
}
