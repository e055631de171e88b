/** The ways of writing files; Java's class names, short or whole, say which. */
import { simpleName } from '../class-names.ts'
import type { LakeValues } from '../options/index.ts'
import { avroFormat } from './avro.ts'
import { bytesFormat } from './bytes.ts'
import type { Format } from './format.ts'
import { jsonFormat } from './json.ts'
import type { FormatName } from './names.ts'
import { parquetFormat } from './parquet.ts'

export type { Format, FormatFile } from './format.ts'

type Open = (values: LakeValues) => Format | Promise<Format>

const formats: Readonly<Record<FormatName, Open>> = {
  JsonFormat: jsonFormat,
  AvroFormat: avroFormat,
  ParquetFormat: parquetFormat,
  ByteArrayFormat: bytesFormat,
}

/** By a name that the options have checked. */
export async function openFormat(name: string, values: LakeValues): Promise<Format> {
  return await formats[simpleName(name) as FormatName](values)
}
