import type { ConnectSchema, SinkRecord } from '../../connect/kit/index.ts'
import type { Fit } from './compatibility.ts'
import type { Compression, Compressor } from './compression.ts'
import type { Format, FormatFile } from './formats/index.ts'
import type { Projection } from './projection.ts'
import type { Upload } from './stores/index.ts'

/** One of the files that a record goes into: its value, its key or its headers. */
export interface Side {
  /** In the name, before the format's ending. */
  readonly kind: string
  readonly format: Format
  readonly compression: Compression
  /** Of records whose schema is not the file's. */
  readonly fit: Fit
  readonly read: (record: SinkRecord) => {
    readonly schema: ConnectSchema | null
    readonly value: unknown
  }
}

/** Records of one folder, in as many files as there are sides. */
export class LakeFile {
  readonly topic: string
  readonly #parts: readonly Part[]
  #first = -1n
  #last = -1n
  #count = 0

  private constructor(topic: string, parts: readonly Part[]) {
    this.topic = topic
    this.#parts = parts
  }

  /** Throws `BadRecordError` where records like the first one cannot be written so. */
  static open(
    first: SinkRecord,
    sides: readonly Side[],
    keyOf: (side: Side) => string,
    upload: (key: string) => Upload,
  ): LakeFile {
    return new LakeFile(
      first.topic,
      sides.map((side) => {
        const key = keyOf(side)
        return new Part(side, first, key, upload(key))
      }),
    )
  }

  get keys(): readonly string[] {
    return this.#parts.map(({ key }) => key)
  }

  /** The file of the values, whose schema its format binds; records without a value have none. */
  get values(): { readonly key: string; readonly schema: ConnectSchema } | undefined {
    const part = this.#parts.find(({ kind }) => kind === '')
    return part?.schema == null ? undefined : { key: part.key, schema: part.schema }
  }

  /** Which records it has: the offsets of the first and the last, and how many. */
  get contents(): { readonly first: bigint; readonly last: bigint; readonly count: number } {
    return { first: this.#first, last: this.#last, count: this.#count }
  }

  /** Whether the record may stand beside those that are there. */
  fits(record: SinkRecord): boolean {
    return this.#parts.every((part) => part.fits(record))
  }

  /** Takes a record into all of its files, or throws `BadRecordError` and takes it into none. */
  add(record: SinkRecord): void {
    const prepared = this.#parts.map((part) => part.prepare(record))
    for (const take of prepared) take()
    this.#last = record.origin.offset
    if (this.#count === 0) this.#first = this.#last
    this.#count += 1
  }

  /** Hands over what has been gathered. Resolves to how many bytes that were. */
  async flush(): Promise<number> {
    let bytes = 0
    for (const part of this.#parts) bytes += await part.flush()
    return bytes
  }

  async end(): Promise<void> {
    for (const part of this.#parts) await part.end()
  }

  /** Everybody sees it from now on. */
  async complete(): Promise<void> {
    for (const part of this.#parts) await part.complete()
  }

  async abort(): Promise<void> {
    for (const part of this.#parts) await part.abort()
  }
}

class Part {
  readonly key: string
  readonly #side: Side
  readonly schema: ConnectSchema | null
  /** How values go into the file, by their schema: converters mostly give the same object. */
  readonly #fits = new WeakMap<ConnectSchema, Projection | 'same' | 'none'>()
  readonly #file: FormatFile
  readonly #compressor: Compressor
  readonly #upload: Upload
  /** What the store has not taken yet; a call that fails is made again. */
  #pending: readonly Buffer[] = []
  #hasEnded = false
  #isComplete = false

  constructor(side: Side, first: SinkRecord, key: string, upload: Upload) {
    this.key = key
    this.#side = side
    this.schema = side.read(first).schema
    this.#file = side.format.open(this.schema)
    this.#compressor = side.compression.open()
    this.#upload = upload
  }

  get kind(): string {
    return this.#side.kind
  }

  fits(record: SinkRecord): boolean {
    return this.#fitOf(this.#side.read(record).schema) !== 'none'
  }

  prepare(record: SinkRecord): () => void {
    const { schema, value } = this.#side.read(record)
    const fit = this.#fitOf(schema)
    if (typeof fit === 'string') return this.#file.prepare(schema, value)
    return this.#file.prepare(this.schema, fit.project(value))
  }

  async flush(): Promise<number> {
    const gathered = this.#file.take()
    this.#pending = [...this.#pending, ...(await this.#compressor.push(gathered))]
    await this.#send()
    return gathered.reduce((sum, { length }) => sum + length, 0)
  }

  async end(): Promise<void> {
    if (!this.#hasEnded) {
      const last = await this.#compressor.push(await this.#file.end())
      this.#pending = [...this.#pending, ...last, ...(await this.#compressor.end())]
      this.#hasEnded = true
    }
    await this.#send()
  }

  async complete(): Promise<void> {
    if (this.#isComplete) return
    await this.#upload.complete()
    this.#isComplete = true
  }

  async abort(): Promise<void> {
    if (!this.#isComplete) await this.#upload.abort()
  }

  #fitOf(schema: ConnectSchema | null): Projection | 'same' | 'none' {
    if (schema === this.schema || !this.#side.format.bindsSchema) return 'same'
    if (schema === null || this.schema === null) return 'none'
    let fit = this.#fits.get(schema)
    if (fit === undefined) {
      const isSame = textOf(schema) === textOf(this.schema)
      fit = isSame ? 'same' : (this.#side.fit(schema, this.schema) ?? 'none')
      this.#fits.set(schema, fit)
    }
    return fit
  }

  async #send(): Promise<void> {
    if (this.#pending.length === 0) return
    await this.#upload.write(this.#pending)
    this.#pending = []
  }
}

function textOf(schema: ConnectSchema): string {
  return JSON.stringify(schema, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
}
