/** What no single option can know. */
import { simpleName } from '../class-names.ts'
import { isSinetStream } from '../partitioners/names.ts'
import type { LakeValues } from './index.ts'

interface Rule {
  readonly option: keyof LakeValues
  readonly isBroken: (values: LakeValues) => boolean
  readonly says: string
}

const rules: readonly Rule[] = [
  {
    option: 's3.bucket.name',
    isBroken: (values) => !isDirectory(values) && values['s3.bucket.name'] === '',
    says: "Name the bucket, or a directory by 'store.url'.",
  },
  {
    option: 's3.object.tagging',
    isBroken: (values) => isDirectory(values) && values['s3.object.tagging'],
    says: 'The files of a directory have no tags.',
  },
  {
    option: 'behavior.on.null.values',
    isBroken: (values) =>
      values['behavior.on.null.values'] === 'write' && !values['store.kafka.keys'],
    says: "Of a record without a value the key is written: set 'store.kafka.keys'.",
  },
  {
    option: 'partition.field.name',
    isBroken: (values) =>
      partitionerOf(values) === 'FieldPartitioner' && values['partition.field.name'].length === 0,
    says: 'The FieldPartitioner needs the names of fields.',
  },
  {
    option: 'partition.duration.ms',
    isBroken: (values) =>
      partitionerOf(values) === 'TimeBasedPartitioner' && values['partition.duration.ms'] <= 0,
    says: 'The TimeBasedPartitioner needs a duration above 0.',
  },
  {
    option: 'path.format',
    isBroken: (values) =>
      partitionerOf(values) === 'TimeBasedPartitioner' && values['path.format'] === '',
    says: "The TimeBasedPartitioner needs a format, such as 'day'=dd.",
  },
  {
    option: 'table.format',
    isBroken: (values) =>
      values['table.format'] === 'iceberg' &&
      (simpleName(values['format.class']) !== 'ParquetFormat' ||
        !values['enable.conditional.writes'] ||
        values['directory.delim'] !== '/' ||
        values['object.name.format'] !== undefined),
    says: 'A table of Iceberg needs ParquetFormat, conditional writes, and names of the usual form.',
  },
  ...sinetStreamRules(),
]

export function checkTogether(values: LakeValues): Readonly<Record<string, readonly string[]>> {
  const errors: Record<string, string[]> = {}
  for (const { option, isBroken, says } of rules) {
    if (isBroken(values)) errors[option] = [...(errors[option] ?? []), says]
  }
  return errors
}

/** Its readers know objects of a bucket, each with the bytes of one message. */
function sinetStreamRules(): Rule[] {
  const wrong: readonly (readonly [Rule['option'], Rule['isBroken'], string])[] = [
    [
      'format.class',
      (values) => simpleName(values['format.class']) !== 'ByteArrayFormat',
      'ByteArrayFormat',
    ],
    ['s3.compression.type', (values) => values['s3.compression.type'] !== 'none', 'none'],
    ['store.url', isDirectory, 'an S3 server'],
    ['directory.delim', (values) => values['directory.delim'] !== '/', '/'],
    [
      'object.name.format',
      (values) => values['object.name.format'] !== undefined,
      'the names of its own',
    ],
    ['store.kafka.keys', (values) => values['store.kafka.keys'], 'false'],
    ['store.kafka.headers', (values) => values['store.kafka.headers'], 'false'],
  ]
  return wrong.map(([option, isBroken, needed]) => ({
    option,
    isBroken: (values) => isSinetStream(values['partitioner.class']) && isBroken(values),
    says: `With the SinetStreamPartitioner, it must be ${needed}.`,
  }))
}

function isDirectory(values: LakeValues): boolean {
  return values['store.url']?.startsWith('file:') ?? false
}

function partitionerOf(values: LakeValues): string {
  return simpleName(values['partitioner.class'])
}
