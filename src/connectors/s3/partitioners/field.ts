import { BadRecordError } from '../../../connect/kit/index.ts'
import { fieldOf } from '../fields.ts'
import { safeName } from '../safe-name.ts'
import type { OpenPartitioner } from './partitioner.ts'

/** By fields of the value, as Hive has it: `plant=north/line=3`. */
export const fieldPartitioner: OpenPartitioner = (values) => {
  const names = values['partition.field.name']
  const delimiter = values['directory.delim']
  return (record) => ({
    folder: names
      .map((name) => `${name}=${safeName(textOf(fieldOf(record, name), name))}`)
      .join(delimiter),
  })
}

function textOf(value: unknown, name: string): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return `${value}`
  throw new BadRecordError(
    `The field '${name}' is no text, number or boolean, so no folder can be named after it`,
  )
}
