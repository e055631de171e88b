import type { ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from '../values/describe.ts'
import { converter, everyRole } from './converter.ts'

const optionalBytes: ConnectSchema = { type: 'bytes', optional: true }

export const byteArrayConverter = converter({
  name: 'org.apache.kafka.connect.converters.ByteArrayConverter',
  about: 'Bytes as they are.',
  options: {},
  roles: everyRole,
  open: () => ({
    toConnect: (_, bytes) => ({ schema: optionalBytes, value: bytes }),
    fromConnect(_, schema, value) {
      if (schema !== null && schema.type !== 'bytes') {
        throw new DataError(
          `Invalid schema type for ByteArrayConverter: ${schema.type.toUpperCase()}`,
        )
      }
      if (value === null || Buffer.isBuffer(value)) return value
      throw new DataError(
        `ByteArrayConverter is not compatible with objects of type ${describe(value)}`,
      )
    },
  }),
})
