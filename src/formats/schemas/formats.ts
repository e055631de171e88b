import type { SchemaFormat, SchemaType } from './schema-format.ts'

/** Where the schema languages come from; each is loaded when it is first used. */
export type Formats = Readonly<Record<SchemaType, () => Promise<SchemaFormat>>>

/** The only list of them, in the order in which a registry's `GET /schemas/types` gives them. */
export const formats: Formats = {
  JSON: async () => (await import('../json-schema/index.ts')).jsonSchemaFormat,
  PROTOBUF: async () => (await import('../protobuf/index.ts')).protobufFormat,
  AVRO: async () => (await import('../avro/index.ts')).avroFormat,
}
