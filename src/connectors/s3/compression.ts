import type { Transform } from 'node:stream'
import { constants, createGzip, createZstdCompress } from 'node:zlib'
import type { LakeValues } from './options/index.ts'

/** How the bytes of a file are compressed as a whole. */
export interface Compression {
  /** What a name ends with, behind the format's own ending. */
  readonly extension: string
  open(): Compressor
}

export interface Compressor {
  /** What comes out of it so far. */
  push(pieces: readonly Buffer[]): Promise<readonly Buffer[]>
  end(): Promise<readonly Buffer[]>
}

export function compressionOf(values: LakeValues): Compression {
  const level = values['s3.compression.level']
  switch (values['s3.compression.type']) {
    case 'gzip':
      return {
        extension: '.gz',
        open: () => new StreamCompressor(createGzip({ level: Math.min(level, 9) })),
      }
    case 'zstd': {
      const params = level < 0 ? {} : { [constants.ZSTD_c_compressionLevel]: level }
      return {
        extension: '.zst',
        open: () => new StreamCompressor(createZstdCompress({ params })),
      }
    }
    default:
      return { extension: '', open: () => asItIs }
  }
}

const asItIs: Compressor = {
  push: async (pieces) => pieces,
  end: async () => [],
}

class StreamCompressor implements Compressor {
  readonly #stream: Transform
  #out: Buffer[] = []

  constructor(stream: Transform) {
    this.#stream = stream
    stream.on('data', (piece: Buffer) => this.#out.push(piece))
  }

  async push(pieces: readonly Buffer[]): Promise<readonly Buffer[]> {
    for (const piece of pieces) {
      await new Promise<void>((resolve, reject) => {
        this.#stream.write(piece, (error) => (error ? reject(error) : resolve()))
      })
    }
    return this.#taken()
  }

  async end(): Promise<readonly Buffer[]> {
    await new Promise((resolve) => {
      this.#stream.once('end', resolve)
      this.#stream.end()
    })
    return this.#taken()
  }

  #taken(): readonly Buffer[] {
    const out = this.#out
    this.#out = []
    return out
  }
}
