/** The one schema that several parsed values have in common, if there is one. */
import { isDeepStrictEqual } from 'node:util'
import type { ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'

interface Typed {
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

const widths = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64']

/** Nulls say nothing; numbers agree on the widest type. */
export function commonSchema(values: readonly (Typed | undefined)[]): ConnectSchema | undefined {
  let common: ConnectSchema | undefined
  for (const value of values) {
    if (value?.schema == null) continue
    const merged = common === undefined ? value.schema : merge(common, value.schema)
    if (merged === undefined) return undefined
    common = merged
  }
  return common
}

function merge(left: ConnectSchema, right: ConnectSchema): ConnectSchema | undefined {
  if (left.type === right.type) {
    return left.optional === right.optional || isDeepStrictEqual(left, right) ? right : undefined
  }
  const [leftWidth, rightWidth] = [widths.indexOf(left.type), widths.indexOf(right.type)]
  if (leftWidth < 0 || rightWidth < 0) return undefined
  return leftWidth > rightWidth ? left : right
}

/** A parsed number as the common schema carries it; nulls and a schema do not go together. */
export function widened(common: ConnectSchema | undefined, typed: Typed | undefined): unknown {
  const value = typed?.value ?? null
  if (common !== undefined && value === null) {
    throw new DataError('Unable to convert a null value to a schema that requires a value')
  }
  if (common?.type === 'int64' && typeof value === 'number') return BigInt(value)
  if (typeof value === 'bigint' && common?.type.startsWith('float')) {
    return common.type === 'float32' ? Math.fround(Number(value)) : Number(value)
  }
  return value
}
