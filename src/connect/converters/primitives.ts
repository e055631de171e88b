/** One primitive type each, big-endian as Kafka's own serializers write them. */
import type { ConnectSchema, ConnectType } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from '../values/describe.ts'
import { type ConverterKind, converter, everyRole } from './converter.ts'

interface Primitive {
  readonly title: string
  readonly type: ConnectType
  readonly bytes: number
  readonly accepts: (value: unknown) => boolean
  readonly read: (bytes: Buffer) => unknown
  readonly write: (bytes: Buffer, value: never) => void
}

const primitives: readonly Primitive[] = [
  {
    title: 'Boolean',
    type: 'boolean',
    bytes: 1,
    accepts: (value) => typeof value === 'boolean',
    read: (bytes) => readBoolean(bytes[0]),
    write: (bytes, value: boolean) => bytes.writeUInt8(value ? 1 : 0),
  },
  {
    title: 'Short',
    type: 'int16',
    bytes: 2,
    accepts: (value) => fits(value, 16),
    read: (bytes) => bytes.readInt16BE(),
    write: (bytes, value: number) => bytes.writeInt16BE(value),
  },
  {
    title: 'Integer',
    type: 'int32',
    bytes: 4,
    accepts: (value) => fits(value, 32),
    read: (bytes) => bytes.readInt32BE(),
    write: (bytes, value: number) => bytes.writeInt32BE(value),
  },
  {
    title: 'Long',
    type: 'int64',
    bytes: 8,
    accepts: (value) => typeof value === 'bigint' || Number.isSafeInteger(value),
    read: (bytes) => bytes.readBigInt64BE(),
    write: (bytes, value: bigint | number) => bytes.writeBigInt64BE(BigInt(value)),
  },
  {
    title: 'Float',
    type: 'float32',
    bytes: 4,
    accepts: (value) => typeof value === 'number',
    read: (bytes) => bytes.readFloatBE(),
    write: (bytes, value: number) => bytes.writeFloatBE(value),
  },
  {
    title: 'Double',
    type: 'float64',
    bytes: 8,
    accepts: (value) => typeof value === 'number',
    read: (bytes) => bytes.readDoubleBE(),
    write: (bytes, value: number) => bytes.writeDoubleBE(value),
  },
]

export const primitiveConverters: readonly ConverterKind[] = primitives.map((primitive) => {
  const { title, type, bytes: length } = primitive
  const name = `${title}Converter`
  const optional: ConnectSchema = { type, optional: true }
  return converter({
    name: `org.apache.kafka.connect.converters.${name}`,
    about: `A ${type} in ${length} bytes.`,
    options: {},
    roles: everyRole,
    open: () => ({
      toConnect(_, bytes) {
        if (bytes === null) return { schema: optional, value: null }
        if (bytes.length !== length) {
          throw new DataError(
            `Failed to deserialize ${title.toLowerCase()}: ` +
              `Size of data received by ${name} is not ${length} but ${bytes.length}`,
          )
        }
        return { schema: optional, value: primitive.read(bytes) }
      },
      fromConnect(_, schema, value) {
        if (value === null && type !== 'boolean') return null
        if (schema !== null && schema.type !== type) {
          throw new DataError(`Invalid schema type for ${name}: ${schema.type.toUpperCase()}`)
        }
        if (value === null) return null
        if (!primitive.accepts(value)) {
          throw new DataError(`${name} is not compatible with objects of type ${describe(value)}`)
        }
        const bytes = Buffer.allocUnsafe(length)
        primitive.write(bytes, value as never)
        return bytes
      },
    }),
  })
})

function readBoolean(byte: number | undefined): boolean {
  if (byte === 0 || byte === 1) return byte === 1
  throw new DataError(
    `Failed to deserialize boolean: Unexpected byte received by BooleanConverter: ${byte}`,
  )
}

function fits(value: unknown, bits: number): boolean {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    Math.abs(value) <= 2 ** (bits - 1) &&
    value !== 2 ** (bits - 1)
  )
}
