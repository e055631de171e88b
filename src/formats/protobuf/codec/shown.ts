/** A value in an error: what it is, and never much of it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 40 ? `a string of ${value.length} characters` : `'${value}'`
  }
  if (value === null || ['number', 'bigint', 'boolean', 'undefined'].includes(typeof value)) {
    return String(value)
  }
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}
