import type { RegisteredSchema } from '../../../client/registry/index.ts'
import { protobufFormat, readIndexes, writeIndexes } from '../../../formats/protobuf/index.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import type { SchemaLanguage } from '../registered/language.ts'
import { type MappedMessage, mappedMessage } from './message-fields.ts'
import type { ProtobufOptions } from './options.ts'
import { protoFileOf } from './proto-file.ts'

export function protobufLanguage(options: ProtobufOptions): SchemaLanguage {
  return {
    type: 'PROTOBUF',
    title: 'Protobuf',
    reader(registered) {
      const protobuf = parsed(registered)
      // A file has few messages: each is mapped when the first record of it comes.
      const mapped = new Map<string, MappedMessage>()
      return (framed) => {
        const { indexes, payload } = readIndexes(framed)
        const name = protobuf.nameOf(indexes)
        const known = mapped.get(name) ?? mappedMessage(protobuf.message(name), options)
        mapped.set(name, known)
        return { schema: known.schema, value: known.read(protobuf.decode(payload, name)) }
      }
    },
    writer(schema) {
      const { text, messageName, write } = protoFileOf(required(schema), options)
      const protobuf = protobufFormat.parse(text)
      const head = writeIndexes(protobuf.messageIndexes(messageName))
      return {
        text: protobuf.canonical,
        recordName: messageName,
        write: (value) => Buffer.concat([head, protobuf.encode(write(value), messageName)]),
      }
    },
    writerWith(registered, from) {
      const protobuf = parsed(registered)
      const { messageName, write } = protoFileOf(required(from), options)
      const name = protobuf.messageNames.includes(messageName)
        ? messageName
        : (protobuf.messageNames[0] ?? messageName)
      const head = writeIndexes(protobuf.messageIndexes(name))
      return (value) => Buffer.concat([head, protobuf.encode(write(value), name)])
    },
  }
}

function parsed({ text, referencedTexts }: RegisteredSchema) {
  return protobufFormat.parse(text, referencedTexts)
}

function required(schema: ConnectSchema | null): ConnectSchema {
  if (schema !== null) return schema
  throw new DataError('a value without a schema is no message of Protobuf')
}
