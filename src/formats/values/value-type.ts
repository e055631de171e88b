/** What a value type is: how a program's values become bytes, and back. */
export interface ValueType<Value> {
  readonly name: string
  /** The media type of its bytes. */
  readonly contentType?: string
  /** @throws InvalidMessageError for what is no such value. */
  encode(value: Value): Uint8Array
  /** @throws InvalidMessageError for bytes that hold no such value. */
  decode(bytes: Buffer): Value
}

export type ValueTypeArguments = Readonly<Record<string, unknown>>

/** For a sentence: what a wrong value is, without telling what it holds. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object'
}
