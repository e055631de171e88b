/** Any message that a schema allows at a version, for tests that want all of them. */
import { between, type Random } from '../../../base/random.ts'
import { type AnyField, covers, type Schema } from '../schema.ts'

/**
 * Fields that the version lacks have their default. `size` bounds the lengths of strings, bytes and
 * arrays; arrays inside arrays are shorter.
 */
export function randomMessage(
  schema: Schema,
  version: number,
  random: Random,
  size: number,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema).map(([name, field]) => [
      name,
      covers(field.shape.versions, version)
        ? randomValue(field, version, random, size)
        : field.shape.fallback,
    ]),
  )
}

const letters = ['a', 'Z', '-', 'é', '漢', '😀', '\0']

function randomValue({ shape }: AnyField, version: number, random: Random, size: number): unknown {
  if (covers(shape.nullable, version) && random.next() < 0.2) return null
  // A default in between: a tagged field that has it does not travel.
  if (random.next() < 0.1 && shape.fallback !== null) return shape.fallback
  const length = between(random, 0, size)
  switch (shape.kind) {
    case 'bool':
      return random.next() < 0.5
    case 'int8':
      return random.bytes(1).readInt8()
    case 'int16':
      return random.bytes(2).readInt16BE()
    case 'uint16':
      return random.bytes(2).readUInt16BE()
    case 'int32':
      return random.bytes(4).readInt32BE()
    case 'int64':
      return random.bytes(8).readBigInt64BE()
    case 'float64':
      return random.next() * 1e9
    case 'uuid':
      return random.bytes(16)
    case 'string':
      return Array.from({ length: length * 20 }, () => letters[between(random, 0, 6)]).join('')
    case 'bytes':
    case 'records':
      return random.bytes(length * 40)
    case 'array':
      return Array.from({ length }, () =>
        randomValue(shape.element as AnyField, version, random, Math.ceil(size / 2)),
      )
    case 'struct':
      return randomMessage(shape.fields as Schema, version, random, size)
  }
}
