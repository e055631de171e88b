import type { ConnectSchema } from '../../../connect/kit/index.ts'

/** A way of writing records into files. */
export interface Format {
  /** Without compression, dot first. */
  readonly extension: string
  /** Whether the file itself is compressed inside, and a compression around it is out of place. */
  readonly compressesItself: boolean
  /** Whether all records of a file have one schema. */
  readonly bindsSchema: boolean
  /** Throws `BadRecordError` where records of the schema cannot be written so. */
  open(schema: ConnectSchema | null): FormatFile
}

/** One file in the making. */
export interface FormatFile {
  /** Throws `BadRecordError` where the value does not fit; what is returned takes it. */
  prepare(schema: ConnectSchema | null, value: unknown): () => void
  /** What may leave already, in order. */
  take(): readonly Buffer[]
  /** The rest. */
  end(): Promise<readonly Buffer[]>
}

/** What has been gathered, until it leaves. */
export class Pieces {
  #pieces: Buffer[] = []

  add(...pieces: readonly Buffer[]): void {
    this.#pieces.push(...pieces)
  }

  take(): readonly Buffer[] {
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }
}
