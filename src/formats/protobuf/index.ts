/**
 * Protobuf as a language of schemas: the text of .proto files (proto2, proto3, editions) and their
 * descriptors, the canonical and the normalized text, what changed between two schemas, and records
 * to bytes and back. Texts come from strangers: every size and depth has a limit, and nothing they
 * say becomes code. Finding the schemas that others refer to is left to the registry.
 */
import type { SchemaFormat } from '../schemas/schema-format.ts'
import { parseSchema } from './parse-schema.ts'
import type { ProtobufSchema } from './protobuf-schema.ts'

export { readIndexes, writeIndexes } from './message-indexes.ts'
export type { ProtobufSchema }

export const protobufFormat: SchemaFormat<ProtobufSchema> = {
  type: 'PROTOBUF',
  /** `text`: a .proto file's, or a FileDescriptorProto in base64. */
  parse: (text, references) => parseSchema(text, references),
}
