/** What `format.class` may end with. */
export const formatNames = ['JsonFormat', 'AvroFormat', 'ParquetFormat', 'ByteArrayFormat'] as const

export type FormatName = (typeof formatNames)[number]
