/** Values of state topics as they are read: another program may have written them. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Undefined where it is no object of JSON, or none at all. */
export function objectIn(value: Buffer | null): JsonObject | undefined {
  if (value === null) return undefined
  try {
    return asObject(JSON.parse(value.toString()))
  } catch {
    // Whoever reads state passes over what is none, as Kafka Connect does.
    return undefined
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}

/** A configuration, of which every value is a text. */
export function textsIn(value: unknown): Readonly<Record<string, string>> | undefined {
  const given = asObject(value)
  if (given === undefined) return undefined
  const texts = Object.entries(given).filter(([, text]) => text !== null)
  return Object.fromEntries(texts.map(([key, text]) => [key, String(text)]))
}
