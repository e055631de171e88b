/** Parquet, by hyparquet-writer: rows are gathered into groups of columns. */
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { BadRecordError, type ConnectSchema, type Struct } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'
import type { Format, FormatFile } from './format.ts'
import { parquetColumns } from './parquet-schema.ts'

type Library = typeof import('hyparquet-writer')
type Codec = 'SNAPPY' | 'GZIP' | 'ZSTD' | 'UNCOMPRESSED'

/** Rows of a group are held as they came, so their number bounds the memory. */
const rowsAGroup = 20_000

const codecs: Readonly<Record<string, Codec>> = {
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  zstd: 'ZSTD',
  none: 'UNCOMPRESSED',
}

/** The library is loaded by those alone who write Parquet. */
export async function parquetFormat(values: LakeValues): Promise<Format> {
  const [library, { gzipSync, zstdCompressSync }] = await Promise.all([
    import('hyparquet-writer'),
    import('node:zlib'),
  ])
  const name = values['parquet.codec']
  const compressors = {
    GZIP: (bytes: Uint8Array) => gzipSync(bytes),
    ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes),
  }
  return {
    extension: name === 'none' ? '.parquet' : `.${name}.parquet`,
    compressesItself: true,
    bindsSchema: true,
    open: (schema) => {
      if (schema?.type !== 'struct') {
        throw new BadRecordError(
          'Parquet needs values that are structs with a schema; use a converter that gives one (Avro, JSON with schemas, Protobuf), or JsonFormat',
        )
      }
      return new ParquetFile(schema, codecs[name] ?? 'SNAPPY', compressors, library)
    },
  }
}

class ParquetFile implements FormatFile {
  readonly #columns: ReturnType<typeof parquetColumns>
  readonly #bytes: ByteWriter
  readonly #writer: ParquetWriter
  #rows: unknown[][] = []

  constructor(
    schema: ConnectSchema,
    codec: Codec,
    compressors: ConstructorParameters<Library['ParquetWriter']>[0]['compressors'],
    library: Library,
  ) {
    this.#columns = parquetColumns(schema)
    this.#bytes = new library.ByteWriter()
    this.#writer = new library.ParquetWriter({
      writer: this.#bytes,
      schema: [...this.#columns.elements],
      codec,
      ...(compressors && { compressors }),
      createdBy: 'leat',
    })
  }

  prepare(_: ConnectSchema | null, value: unknown): () => void {
    if (typeof value !== 'object' || value === null) {
      throw new BadRecordError('The value is no struct, though its schema says so')
    }
    const given = value as Struct
    const row = this.#columns.fields.map(({ name, read }) => read(given[name] ?? null))
    return () => this.#rows.push(row)
  }

  take(): readonly Buffer[] {
    if (this.#rows.length >= rowsAGroup) this.#endGroup()
    return []
  }

  async end(): Promise<readonly Buffer[]> {
    this.#endGroup()
    this.#writer.finish()
    return [Buffer.from(this.#bytes.getBytes())]
  }

  #endGroup(): void {
    if (this.#rows.length === 0) return
    const columnData = this.#columns.fields.map(({ name }, index) => ({
      name,
      data: this.#rows.map((row) => row[index]),
    }))
    this.#writer.write({ columnData, rowGroupSize: rowsAGroup })
    this.#rows = []
  }
}
