/** Unions and enums, which Connect has no types for: what converters write into names and parameters. */
import type { ConnectSchema } from '../kit/data.ts'

/** The marks of Avro, JSON Schema and Protobuf alike, with `generalized.sum.type.support`. */
export const generalized = {
  union: 'org.apache.kafka.connect.data.Union',
  unionName: 'connect_union_',
  unionField: 'connect_union_field_',
  enum: 'org.apache.kafka.connect.data.Enum',
} as const

export const avroMarks = {
  union: 'io.confluent.connect.avro.Union',
  enum: 'io.confluent.connect.avro.Enum',
} as const

export const jsonMarks = {
  union: 'io.confluent.connect.json.OneOf',
  enum: 'io.confluent.connect.json.Enum',
} as const

/** A oneof's name stands behind the point of the union's. */
export const protobufMarks = {
  union: 'io.confluent.connect.protobuf.Union.',
  enum: 'io.confluent.connect.protobuf.Enum',
} as const

/** Whether a struct stands for a value of one of several schemas. */
export function isUnion(schema: ConnectSchema): boolean {
  return (
    schema.type === 'struct' &&
    (schema.name === avroMarks.union ||
      schema.name === jsonMarks.union ||
      schema.name?.startsWith(protobufMarks.union) ||
      schema.parameters?.[generalized.union] !== undefined)
  )
}

/** The symbols of a string that is an enum. */
export function enumSymbols(schema: ConnectSchema): readonly string[] | undefined {
  const { type, parameters } = schema
  const mark = [generalized.enum, avroMarks.enum, jsonMarks.enum, protobufMarks.enum].find(
    (one) => type === 'string' && parameters?.[one] !== undefined,
  )
  if (mark === undefined) return undefined
  return Object.keys(parameters ?? {})
    .filter((key) => key.startsWith(`${mark}.`))
    .map((key) => key.slice(mark.length + 1))
}
