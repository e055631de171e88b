/**
 * Avro: schemas by the rules of Avro for Java (parsing, the registry's texts, compatibility) and the
 * values that they describe, encoded and decoded in compiled code. Bytes to values and back; where
 * schemas are kept is the registry's business.
 */
export { avroFormat } from './avro-format.ts'
export type { AvroSchema } from './avro-schema.ts'
