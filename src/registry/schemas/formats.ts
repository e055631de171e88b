import type { SchemaFormat, SchemaType } from '../../formats/schemas/schema-format.ts'

/** Where the schema languages come from; each is loaded when it is first used. */
export type Formats = Readonly<Partial<Record<SchemaType, () => Promise<SchemaFormat>>>>

/** In the order in which `GET /schemas/types` gives them. */
export const formats: Formats = {
  PROTOBUF: async () => (await import('../../formats/protobuf/index.ts')).protobufFormat,
  AVRO: async () => (await import('../../formats/avro/index.ts')).avroFormat,
}
