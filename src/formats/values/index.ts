/**
 * Value types: how the values of a program become the bytes of a message, and back. A file a type;
 * this is their only list. SINETStream has the same names, but for `json`.
 */
import { byteArray } from './byte-array.ts'
import { valueError } from './failures.ts'
import { type Image, image } from './image.ts'
import { json } from './json.ts'
import { type Ndarray, ndarray } from './ndarray.ts'
import { text } from './text.ts'
import type { ValueType, ValueTypeArguments } from './value-type.ts'

export type { Image } from './image.ts'
export type { Ndarray, TypedArray } from './ndarray.ts'
export { type StandardSchema, standardSchema } from './standard-schema.ts'
export type { ValueType } from './value-type.ts'

/** What a program gets and gives. A writer of `byte_array` also takes any Uint8Array, one of `image` the bytes alone. */
export interface ValueTypes {
  readonly byte_array: Buffer
  readonly text: string
  readonly json: unknown
  readonly ndarray: Ndarray
  readonly image: Image
}

interface Named<Value> {
  readonly arguments: readonly string[]
  readonly make: (args: ValueTypeArguments) => ValueType<Value>
}

const valueTypes: { readonly [Name in keyof ValueTypes]: Named<ValueTypes[Name]> } = {
  byte_array: { arguments: [], make: () => byteArray },
  text: { arguments: [], make: () => text },
  json: { arguments: [], make: () => json },
  ndarray: { arguments: [], make: () => ndarray },
  image: { arguments: ['img_format', 'img_params'], make: image },
}

export function valueTypeByName<Name extends keyof ValueTypes>(
  name: Name,
  args?: ValueTypeArguments,
): ValueType<ValueTypes[Name]>
export function valueTypeByName(name: string, args?: ValueTypeArguments): ValueType<unknown>
/** @throws InvalidArgumentError for a name or an argument that is not known. */
export function valueTypeByName(name: string, args: ValueTypeArguments = {}): ValueType<unknown> {
  if (!Object.hasOwn(valueTypes, name)) {
    throw valueError('value-type-unknown', { name, known: Object.keys(valueTypes) })
  }
  const { arguments: known, make } = valueTypes[name as keyof ValueTypes]
  const argument = Object.keys(args).find((argument) => !known.includes(argument))
  if (argument !== undefined) throw valueError('argument-unknown', { name, argument, known })
  return make(args)
}
