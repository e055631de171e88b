/** What a value of a program is, in Avro's words. */
export function isInt(value: unknown): value is number | bigint {
  if (typeof value === 'number') return value === (value | 0)
  return typeof value === 'bigint' && BigInt.asIntN(32, value) === value
}

export function isLong(value: unknown): value is number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
}

/** A record or a map. */
export function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  )
}
