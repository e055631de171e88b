/** What stands in the files. */
import type { Options } from '../../../connect/kit/index.ts'
import { simpleName } from '../class-names.ts'
import { compatibilities } from '../compatibility.ts'
import { formatNames } from '../formats/names.ts'
import { oneOf } from './one-of.ts'

const group = 'Content'

export const contentOptions = {
  'format.class': {
    type: 'class',
    about: 'JsonFormat, AvroFormat, ParquetFormat or ByteArrayFormat.',
    importance: 'high',
    group,
    check: (name: string) => oneOf(formatNames, simpleName(name)),
  },
  's3.compression.type': {
    type: 'string',
    default: 'none',
    oneOf: ['none', 'gzip', 'zstd'],
    about: 'How JSON and bytes are compressed; Avro and Parquet compress themselves.',
    importance: 'low',
    group,
  },
  's3.compression.level': {
    type: 'int',
    default: '-1',
    least: -1,
    most: 22,
    about: 'How hard it is compressed; -1 is the default of its kind.',
    importance: 'low',
    group,
  },
  'avro.codec': {
    type: 'string',
    default: 'null',
    oneOf: ['null', 'deflate', 'snappy', 'zstandard'],
    about: 'The compression inside of Avro files.',
    importance: 'low',
    group,
  },
  'parquet.codec': {
    type: 'string',
    default: 'snappy',
    oneOf: ['none', 'gzip', 'snappy', 'zstd'],
    about: 'The compression inside of Parquet files.',
    importance: 'low',
    group,
  },
  'connect.meta.data': {
    type: 'boolean',
    default: 'true',
    about: "Whether Avro's schemas keep Connect's names and versions.",
    importance: 'low',
    group,
  },
  'enhanced.avro.schema.support': {
    type: 'boolean',
    default: 'true',
    about: 'Whether enums stay enums.',
    importance: 'low',
    group,
  },
  'allow.optional.map.keys': {
    type: 'boolean',
    default: 'false',
    about: 'Whether maps with optional texts as keys are maps in Avro.',
    importance: 'low',
    group,
  },
  'json.decimal.format': {
    type: 'string',
    default: 'BASE64',
    oneOf: ['BASE64', 'NUMERIC'],
    about: 'How decimals are written in JSON.',
    importance: 'low',
    group,
  },
  'format.bytearray.extension': {
    type: 'string',
    default: '.bin',
    about: "How the names of ByteArrayFormat's files end.",
    importance: 'low',
    group,
  },
  'format.bytearray.separator': {
    type: 'string',
    default: null,
    about: 'What follows each value of ByteArrayFormat; without one, a new line.',
    importance: 'low',
    group,
  },
  'behavior.on.null.values': {
    type: 'string',
    default: 'fail',
    oneOf: ['fail', 'ignore', 'write'],
    about: 'What becomes of records without a value; write keeps their keys, and headers.',
    importance: 'low',
    group,
  },
  'tombstone.encoded.partition': {
    type: 'string',
    default: 'tombstone',
    about: 'The folder of records without a value, where behavior.on.null.values is write.',
    importance: 'low',
    group,
  },
  'store.kafka.keys': {
    type: 'boolean',
    default: 'false',
    about: 'Whether keys are written too, into a file beside each.',
    importance: 'low',
    group,
  },
  'keys.format.class': {
    type: 'class',
    default: 'io.confluent.connect.s3.format.avro.AvroFormat',
    about: 'The format of the keys.',
    importance: 'low',
    group,
    check: (name: string) => oneOf(formatNames, simpleName(name)),
  },
  'store.kafka.headers': {
    type: 'boolean',
    default: 'false',
    about: 'Whether headers are written too, into a file beside each.',
    importance: 'low',
    group,
  },
  'headers.format.class': {
    type: 'class',
    default: 'io.confluent.connect.s3.format.avro.AvroFormat',
    about: 'The format of the headers.',
    importance: 'low',
    group,
    check: (name: string) => oneOf(formatNames, simpleName(name)),
  },
  'table.format': {
    type: 'string',
    default: 'none',
    oneOf: ['none', 'iceberg'],
    about:
      'Whether the files of a topic are also a table of Iceberg, kept beside them in metadata/.',
    importance: 'medium',
    group,
  },
  'schema.compatibility': {
    type: 'string',
    default: 'NONE',
    oneOf: compatibilities,
    about:
      'Where files have a schema: NONE begins a new file for each other one; BACKWARD and FULL put older records under the newer schema, FORWARD newer ones under the older.',
    importance: 'high',
    group,
  },
} as const satisfies Options
