import type { ConnectSchema } from '../../../connect/kit/index.ts'

/** Whether two schemas are the same: usually by being one object, else by what they say. */
export function sameSchema(one: ConnectSchema | null, other: ConnectSchema | null): boolean {
  if (one === other) return true
  return one !== null && other !== null && schemaText(one) === schemaText(other)
}

const texts = new WeakMap<ConnectSchema, string>()

/** A text that tells schemas apart. */
export function schemaText(schema: ConnectSchema | null): string {
  if (schema === null) return ''
  const known = texts.get(schema)
  if (known !== undefined) return known
  const text = JSON.stringify(schema, (_name, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
  texts.set(schema, text)
  return text
}
