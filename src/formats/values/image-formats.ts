/** Formats of encoded images, as data: how their bytes begin, and where their size stands. */
export interface ImageFormat {
  /** What OpenCV's `imencode`, and so the argument `img_format`, calls it. */
  readonly extensions: readonly string[]
  readonly begins: (bytes: Buffer) => boolean
  /** Undefined where the header says none; a RangeError where it ends too early. */
  readonly sizeOf: (bytes: Buffer) => ImageSize | undefined
}

export interface ImageSize {
  readonly width: number
  readonly height: number
}

export type ImageFormatName = 'png' | 'jpeg' | 'bmp' | 'gif' | 'webp'

const pngStart = Buffer.from('89504e470d0a1a0a', 'hex')

export const imageFormats: Readonly<Record<ImageFormatName, ImageFormat>> = {
  png: {
    extensions: ['.png'],
    begins: (bytes) => bytes.subarray(0, 8).equals(pngStart),
    sizeOf(bytes) {
      if (bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined
      return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    },
  },
  jpeg: {
    extensions: ['.jpg', '.jpeg', '.jpe'],
    begins: (bytes) => bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xffd8ff,
    sizeOf: jpegSize,
  },
  bmp: {
    extensions: ['.bmp', '.dib'],
    begins: (bytes) => says(bytes, 0, 'BM'),
    sizeOf(bytes) {
      const isOs2 = bytes.readUInt32LE(14) === 12
      if (isOs2) return { width: bytes.readUInt16LE(18), height: bytes.readUInt16LE(20) }
      // A negative height says that the rows go from the top down.
      return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) }
    },
  },
  gif: {
    extensions: ['.gif'],
    begins: (bytes) => says(bytes, 0, 'GIF87a') || says(bytes, 0, 'GIF89a'),
    sizeOf: (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  },
  webp: {
    extensions: ['.webp'],
    begins: (bytes) => says(bytes, 0, 'RIFF') && says(bytes, 8, 'WEBP'),
    sizeOf: webpSize,
  },
}

/**
 * JPEG (ITU-T T.81, annex B): segments up to the frame header, one of SOF0 to SOF15. DHT, JPG and
 * DAC lie among their numbers.
 */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  let at = 2
  for (;;) {
    if (bytes.readUInt8(at) !== 0xff) return undefined
    const marker = bytes.readUInt8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    const isAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
    at += 2 + (isAlone ? 0 : bytes.readUInt16BE(at + 2))
  }
}

/** WebP (RFC 9649): the size stands in the first chunk, in each of three kinds at another place. */
function webpSize(bytes: Buffer): ImageSize | undefined {
  if (says(bytes, 12, 'VP8X')) {
    return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  }
  if (says(bytes, 12, 'VP8L')) {
    const bits = bytes.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (!says(bytes, 12, 'VP8 ')) return undefined
  return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
}

function says(bytes: Buffer, at: number, word: string): boolean {
  return bytes.toString('latin1', at, at + word.length) === word
}
