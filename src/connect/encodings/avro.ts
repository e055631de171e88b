import { avroFormat } from '../../formats/avro/index.ts'
import { avroDefinitionOf } from '../converters/avro/avro-schema.ts'
import type { AvroOptions } from '../converters/avro/names.ts'
import { valueWriter } from '../converters/avro/write-value.ts'
import type { ConnectSchema } from '../kit/data.ts'

export interface AvroEncoding {
  /** The schema as JSON, with everything it refers to in place. */
  readonly definition: string
  /** Throws where the value does not fit its schema. */
  encode(value: unknown): Buffer
}

/** Connect's names, versions and defaults are kept in the schema where `metaData` says so. */
export function avroEncoding(
  schema: ConnectSchema,
  options: Pick<AvroOptions, 'metaData' | 'enhanced' | 'allowsOptionalMapKeys'>,
): AvroEncoding {
  const all: AvroOptions = {
    ...options,
    ...{ generalizedSums: false, scrubsNames: true },
    ...{ flattensSingletons: false, ignoresDefaults: false },
  }
  const avro = avroFormat.parse(JSON.stringify(avroDefinitionOf(schema, all)))
  const write = valueWriter(schema, all)
  return {
    definition: avro.formatted('resolved'),
    encode: (value) => avro.encode(write(value)),
  }
}
