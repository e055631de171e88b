/** The kinds of converters: Kafka's own and Confluent's, under their Java names. */
import { avroConverter } from './avro.ts'
import { byteArrayConverter } from './byte-array.ts'
import type { ConverterKind } from './converter.ts'
import { jsonConverter } from './json.ts'
import { jsonSchemaConverter } from './json-schema.ts'
import { primitiveConverters } from './primitives.ts'
import { protobufConverter } from './protobuf.ts'
import { simpleHeaderConverter } from './simple-header.ts'
import { stringConverter } from './string.ts'

export const converterKinds: readonly ConverterKind[] = [
  byteArrayConverter,
  stringConverter,
  jsonConverter,
  ...primitiveConverters,
  simpleHeaderConverter,
  avroConverter,
  jsonSchemaConverter,
  protobufConverter,
]
