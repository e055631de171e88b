/** Connect's data in the words of files: for connectors that write what others read from a disk. */
export { type DateFormat, dateFormat } from '../values/date-format.ts'
export { type AvroEncoding, avroEncoding } from './avro.ts'
export { jsonEncoding } from './json.ts'
