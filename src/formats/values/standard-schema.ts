import { valueError } from './failures.ts'
import { json } from './json.ts'
import type { ValueType } from './value-type.ts'

/** What zod 4, valibot, arktype and others implement: https://standardschema.dev, version 1. */
export interface StandardSchema<Value> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Validation<Value> | Promise<Validation<Value>>
    readonly types?: { readonly input: unknown; readonly output: Value } | undefined
  }
}

export type Validation<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A sentence holds no more of them. */
const mostIssues = 5

/**
 * JSON that is validated on both sides. A value that fits is written as it was given, not as the
 * schema would change it, so that the reader's schema makes of it what it makes of the writer's.
 */
export function standardSchema<Value>(schema: StandardSchema<Value>): ValueType<Value> {
  return {
    name: 'json',
    contentType: 'application/json',
    encode(value) {
      validated(schema, value)
      return json.encode(value)
    },
    decode: (bytes) => validated(schema, json.decode(bytes)),
  }
}

function validated<Value>(schema: StandardSchema<Value>, value: unknown): Value {
  const { vendor } = schema['~standard']
  const result = validationOf(schema, value)
  if (result.issues === undefined) return result.value
  const issues = result.issues.slice(0, mostIssues).map(described)
  throw valueError('value-invalid', { vendor, issues })
}

function validationOf<Value>(schema: StandardSchema<Value>, value: unknown): Validation<Value> {
  const standard = schema['~standard']
  const { vendor } = standard
  let result: Validation<Value> | Promise<Validation<Value>>
  try {
    result = standard.validate(value)
  } catch (cause) {
    throw valueError('validation-failed', { vendor }, { cause })
  }
  if (!(result instanceof Promise)) return result
  // Its answer comes too late to matter, and a refusal of it has nobody else to hear it.
  result.catch(() => {})
  throw valueError('validation-asynchronous', { vendor })
}

function described({ message, path = [] }: Issue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
}
