/**
 * What a schema language can do: the registry, the converters and the tools see Avro, JSON Schema
 * and Protobuf through this alone.
 */
export type SchemaType = 'AVRO' | 'JSON' | 'PROTOBUF'

export interface SchemaFormat<Parsed extends ParsedSchema = ParsedSchema> {
  readonly type: SchemaType
  /**
   * `references`: the texts of all schemas that it refers to, directly or not, by the name used in
   * the reference, those that others need first. Throws `invalid-schema`, with a sentence that says
   * what is wrong and where. Bounded: nesting, size and the number of types have limits.
   */
  parse(text: string, references?: ReadonlyMap<string, string>): Parsed
}

export interface ParsedSchema {
  readonly type: SchemaType
  /** The text that the registry keeps and hands out, as Confluent's registry writes it. */
  readonly canonical: string
  /** The text of `normalize=true`: the same for all ways to write the same schema. */
  normalized(): string
  /** The text in one of the format's other notations (`format=` of the registry); an unknown one gives `canonical`. */
  formatted(notation: string): string
  /**
   * What stands in the way of reading with this schema what was written with that one of the same
   * type, in the words that Confluent's registry uses; none means compatible. A message may have two
   * `%s`: the first stands for the schema that reads, the second for the one that wrote.
   */
  incompatibilities(writer: ParsedSchema): readonly string[]
}

/** Schemas that carry records can encode and decode them, in one compiled piece of code. */
export interface RecordCodec {
  /** Throws `wrong-value`, naming the field. */
  encode(value: unknown): Buffer
  /** Throws MalformedBytes. */
  decode(bytes: Buffer): unknown
}
