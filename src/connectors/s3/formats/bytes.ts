/** Texts and bytes as they are, each followed by a separator. */
import { BadRecordError } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'
import { isSinetStream } from '../partitioners/names.ts'
import { type Format, Pieces } from './format.ts'

export function bytesFormat(values: LakeValues): Format {
  const byDefault = isSinetStream(values['partitioner.class']) ? '' : '\n'
  const separator = Buffer.from(values['format.bytearray.separator'] ?? byDefault)
  return {
    extension: values['format.bytearray.extension'],
    compressesItself: false,
    bindsSchema: false,
    open: () => {
      const pieces = new Pieces()
      return {
        prepare(_, value) {
          if (typeof value !== 'string' && !Buffer.isBuffer(value)) {
            throw new BadRecordError(
              'ByteArrayFormat takes bytes and texts; use the ByteArrayConverter or the StringConverter',
            )
          }
          return () => pieces.add(Buffer.from(value), separator)
        },
        take: () => pieces.take(),
        end: async () => pieces.take(),
      }
    },
  }
}
