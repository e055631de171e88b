import { ByteReader, ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import { limits } from './limits.ts'

/**
 * Which message of a schema a record is: its place in the file, then its place in the message it
 * lies in, and so on. Confluent's serializers write them between the schema's id and the record, as
 * zigzag varints with their number before them; a single 0 stands for the first message.
 */
export function writeIndexes(indexes: readonly number[]): Buffer {
  const writer = new ByteWriter(indexes.length + 1)
  const isFirst = indexes.length === 1 && indexes[0] === 0
  for (const value of isFirst ? [0] : [indexes.length, ...indexes]) writer.varint(value)
  return writer.done()
}

/** The indexes and the record behind them; throws MalformedBytes. */
export function readIndexes(bytes: Buffer): {
  readonly indexes: readonly number[]
  readonly payload: Buffer
} {
  const reader = new ByteReader(bytes)
  const count = reader.varint()
  if (count < 0 || count > limits.mostIndexes) {
    throw new MalformedBytes(`${count} indexes of messages; 0 to ${limits.mostIndexes} may be`)
  }
  const indexes = count === 0 ? [0] : Array.from({ length: count }, () => reader.varint())
  if (indexes.some((index) => index < 0)) {
    throw new MalformedBytes('the index of a message is below 0')
  }
  return { indexes, payload: bytes.subarray(reader.position) }
}
