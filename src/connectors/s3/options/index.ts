/** Confluent's keys of the S3 sink, and those of ours for what it lacks. */
import type { Options, ValuesOf } from '../../../connect/kit/index.ts'
import { simpleName } from '../class-names.ts'
import { contentOptions } from './contents.ts'
import { fileOptions } from './files.ts'
import { layoutOptions } from './layout.ts'
import { storeOptions } from './stores.ts'

export const options = {
  ...storeOptions,
  ...contentOptions,
  ...fileOptions,
  ...layoutOptions,
} as const satisfies Options

export type LakeValues = ValuesOf<typeof options>

/** What no single option can know. */
export function checkTogether(values: LakeValues): Readonly<Record<string, readonly string[]>> {
  const errors: Record<string, string[]> = {}
  const isDirectory = values['store.url']?.startsWith('file:') ?? false
  if (!isDirectory && values['s3.bucket.name'] === '') {
    errors['s3.bucket.name'] = ["Name the bucket, or a directory by 'store.url'."]
  }
  const partitioner = simpleName(values['partitioner.class'])
  if (partitioner === 'FieldPartitioner' && values['partition.field.name'].length === 0) {
    errors['partition.field.name'] = ['The FieldPartitioner needs the names of fields.']
  }
  if (partitioner === 'TimeBasedPartitioner') {
    if (values['partition.duration.ms'] <= 0) {
      errors['partition.duration.ms'] = ['The TimeBasedPartitioner needs a duration above 0.']
    }
    if (values['path.format'] === '') {
      errors['path.format'] = ["The TimeBasedPartitioner needs a format, such as 'day'=dd."]
    }
  }
  return errors
}
