import { MalformedBytes } from '../../base/bytes.ts'
import { schemaError } from '../schemas/errors.ts'
import type { ParsedSchema, RecordCodec } from '../schemas/schema-format.ts'
import { AvroReader } from './codec/avro-reader.ts'
import { AvroWriter } from './codec/avro-writer.ts'
import { compileReader, type Read } from './codec/compile-reader.ts'
import { compileWriter, type Write } from './codec/compile-writer.ts'
import { Misfit } from './codec/misfit.ts'
import { incompatibilitiesOf } from './compatibility.ts'
import { type AvroType, nameOf } from './model.ts'
import { normalizedType } from './normalize.ts'
import { AvroParser } from './parser.ts'
import { printType } from './print.ts'

/**
 * A schema and the codec of its values. A long is a bigint (a safe integer is taken too), bytes and
 * fixed are Buffers, records and maps are plain objects, an enum's symbol is a string, and the value
 * of a union is bare. A field that the value lacks gets its default, or null where that fits.
 */
export class AvroSchema implements ParsedSchema, RecordCodec {
  readonly type = 'AVRO'
  readonly canonical: string
  readonly #root: AvroType
  readonly #references: ReadonlyMap<string, string>
  /** The names of the types that the references are, which the canonical text does not repeat. */
  readonly #referenced: readonly string[]
  #read: Read | undefined
  #write: Write | undefined

  constructor(text: string, references: ReadonlyMap<string, string>) {
    const parser = new AvroParser()
    this.#references = references
    this.#referenced = [...references].map(([name, referenced]) =>
      nameOf(parser.parse(referenced, `${name}#`)),
    )
    this.#root = parser.parse(text)
    this.canonical = printType(this.#root, this.#referenced)
  }

  /** The schema as plain JSON, all references in place; unknown attributes are there too. */
  get definition(): unknown {
    return JSON.parse(this.formatted('resolved'))
  }

  normalized(): string {
    const text = normalizedType(this.#root, this.#referenced)
    return new AvroSchema(text, this.#references).canonical
  }

  formatted(notation: string): string {
    return notation === 'resolved' ? printType(this.#root) : this.canonical
  }

  incompatibilities(writer: ParsedSchema): readonly string[] {
    if (!(writer instanceof AvroSchema)) return ['Incompatible because of different schema type']
    return incompatibilitiesOf(this.#root, writer.#root)
  }

  encode(value: unknown): Buffer {
    this.#write ??= compileWriter(this.#root)
    const writer = new AvroWriter()
    try {
      this.#write(writer, value, 0)
    } catch (error) {
      if (!(error instanceof Misfit)) throw error
      const { where, expected, given } = error
      throw schemaError('wrong-value', { type: 'AVRO', where, expected, given })
    }
    return writer.done()
  }

  decode(bytes: Buffer): unknown {
    this.#read ??= compileReader(this.#root, this.#root)
    return decodeWhole(this.#read, bytes)
  }

  /**
   * Reads what the writer's schema wrote as values of this one: missing fields get their defaults.
   * Its `decode` throws 'not-readable' for values that this schema cannot take.
   */
  reader(writer: AvroSchema): Pick<RecordCodec, 'decode'> {
    const read = compileReader(this.#root, writer.#root)
    return { decode: (bytes) => decodeWhole(read, bytes) }
  }
}

function decodeWhole(read: Read, bytes: Buffer): unknown {
  const reader = new AvroReader(bytes)
  const value = read(reader)
  if (reader.remaining > 0) {
    throw new MalformedBytes(`${reader.remaining} bytes are left after the value`)
  }
  return value
}
