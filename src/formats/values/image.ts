import { valueError } from './failures.ts'
import { type ImageFormatName, type ImageSize, imageFormats } from './image-formats.ts'
import { kindOf, type ValueType, type ValueTypeArguments } from './value-type.ts'

/** An encoded image: its bytes as they are in a file, with what their header says. Pixels stay with the program. */
export interface Image extends ImageSize {
  readonly format: ImageFormatName
  readonly bytes: Buffer
}

/**
 * What SINETStream's plugin makes with OpenCV's `imencode` and reads with `imdecode`. Nothing is
 * encoded or decoded here: a writer gives an image that is encoded already, of the format that
 * `img_format` names where it is given; `img_params` are for its encoder, so they go unheeded.
 */
export function image({ img_format: wanted }: ValueTypeArguments): ValueType<Image> {
  const only = wanted === undefined || wanted === null ? undefined : formatCalled(wanted)
  return {
    name: 'image',
    encode(value: Image | Uint8Array) {
      const bytes = value instanceof Uint8Array ? value : value?.bytes
      const format = bytes instanceof Uint8Array ? detected(asBuffer(bytes))?.format : undefined
      const isRight = format !== undefined && (only === undefined || format === only)
      if (isRight) return bytes
      const expected = `an encoded image (${only ?? names.join(', ')})`
      const given = format === undefined ? kindOf(value) : `one of the format ${format}`
      throw valueError('value-wrong', { type: 'image', given, expected })
    },
    decode(bytes) {
      const image = detected(bytes)
      if (image !== undefined) return image
      const why = `it does not begin as one of ${names.join(', ')} does`
      throw valueError('value-unreadable', { type: 'image', why })
    },
  }
}

const names = Object.keys(imageFormats) as ImageFormatName[]

function formatCalled(wanted: unknown): ImageFormatName {
  const name = names.find((name) => imageFormats[name].extensions.includes(String(wanted)))
  if (name !== undefined) return name
  const known = names.flatMap((name) => imageFormats[name].extensions)
  throw valueError('image-format-unknown', { given: wanted, known })
}

function detected(bytes: Buffer): Image | undefined {
  const format = names.find((name) => imageFormats[name].begins(bytes))
  const size = format && sizeWithin(() => imageFormats[format].sizeOf(bytes))
  return format && size && { format, bytes, width: size.width, height: size.height }
}

/** A header that ends too early has no size. */
function sizeWithin(sizeOf: () => ImageSize | undefined): ImageSize | undefined {
  try {
    return sizeOf()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
