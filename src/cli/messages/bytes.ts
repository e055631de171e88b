/** Between the bytes that a terminal and a file have and the values that a service has. */
import { type ValueTypes, valueTypeByName } from '../../formats/values/index.ts'

const lineTypes: readonly string[] = ['text', 'json'] satisfies (keyof ValueTypes)[]

/** Whether values of this type are lines on a terminal. */
export function isText(valueType: string): boolean {
  return lineTypes.includes(valueType)
}

/** @throws InvalidMessageError for bytes that hold no such value. */
export function valueOfBytes(bytes: Buffer, valueType: string): unknown {
  return valueTypeByName(valueType).decode(bytes)
}

/** As they stand in the message, once decrypted and unpacked: an image's file, an array's NPY. */
export function bytesOfValue(value: unknown, valueType: string): Buffer {
  const bytes = valueTypeByName(valueType).encode(value)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
