/**
 * Compiles a schema, at one version, into an encoder and a decoder. What depends on the version
 * only (which fields are there, in which form) is decided once; a message then walks a flat list.
 */
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import { kafkaError } from './errors.ts'
import {
  arrayCodec,
  bytesCodec,
  type FieldCodec,
  nullableStructCodec,
  numbers,
  stringCodec,
} from './field-codecs.ts'
import {
  type AnyField,
  type Api,
  covers,
  type Draft,
  type Layout,
  type MessageOf,
  type Schema,
} from './schema.ts'
import { readingWalk, type Slot, type Values, writingWalk } from './walks.ts'

export interface Codec<S extends Schema> {
  encode(message: Draft<S>, writer: ByteWriter): void
  decode(reader: ByteReader): MessageOf<S>
}

/** The codec of one side of an API at a version; throws `unsupported-version`. */
export function codecOf<Request extends Schema, Response extends Schema>(
  api: Api<Request, Response>,
  side: 'request',
  version: number,
): Codec<Request>
export function codecOf<Request extends Schema, Response extends Schema>(
  api: Api<Request, Response>,
  side: 'response',
  version: number,
): Codec<Response>
export function codecOf(api: Api, side: 'request' | 'response', version: number): Codec<Schema> {
  return side === 'request'
    ? cached(requestCodecs, api, api.request, version)
    : cached(responseCodecs, api, api.response, version)
}

/** The codec of a message that stands alone, as those inside `bytes` do. */
export function layoutCodec<S extends Schema>(layout: Layout<S>, version: number): Codec<S> {
  return cached(layoutCodecs, layout, layout.schema, version) as unknown as Codec<S>
}

type Cache = Map<object, Codec<Schema>[]>

const requestCodecs: Cache = new Map()
const responseCodecs: Cache = new Map()
const layoutCodecs: Cache = new Map()

function cached(
  cache: Cache,
  of: Pick<Layout<Schema>, 'name' | 'versions' | 'flexible'>,
  schema: Schema,
  version: number,
): Codec<Schema> {
  const known = cache.get(of)?.[version]
  if (known !== undefined) return known
  const { name, versions, flexible } = of
  if (!covers(versions, version))
    throw kafkaError('unsupported-version', { name, version, ...versions })
  const codec = new MessageCodec(name, schema, version, version >= flexible)
  const codecs = cache.get(of) ?? []
  codecs[version] = codec
  cache.set(of, codecs)
  return codec
}

interface TaggedSlot {
  readonly name: string
  readonly tag: number
  readonly codec: FieldCodec
  readonly fallback: unknown
}

class MessageCodec implements Codec<Schema>, FieldCodec<Values> {
  readonly #name: string
  readonly #version: number
  readonly #flexible: boolean
  readonly #readPlain: (reader: ByteReader) => Values
  readonly #writePlain: (values: Values, writer: ByteWriter) => void
  readonly #tagged: readonly TaggedSlot[]
  /** Fields of other versions that may not be dropped in silence. */
  readonly #absent: readonly { name: string; fallback: unknown }[]

  constructor(name: string, schema: Schema, version: number, flexible: boolean) {
    this.#name = name
    this.#version = version
    this.#flexible = flexible
    const slots: Slot[] = []
    const tagged: TaggedSlot[] = []
    const absent: { name: string; fallback: unknown }[] = []
    for (const [name, field] of Object.entries(schema)) {
      const { versions, tag, tagged: taggedIn, fallback, ignorable } = field.shape
      const isThere = covers(versions, version)
      const codec = isThere ? fieldCodec(name, field, version, flexible) : undefined
      if (codec !== undefined && tag !== undefined && covers(taggedIn, version)) {
        tagged.push({ name, codec, fallback, tag })
        slots.push({ name, codec: undefined, fallback })
      } else slots.push({ name, codec, fallback })
      if (!isThere && !ignorable) absent.push({ name, fallback })
    }
    this.#readPlain = readingWalk(slots)
    this.#writePlain = writingWalk(slots)
    this.#tagged = tagged.sort((one, other) => one.tag - other.tag)
    this.#absent = absent
  }

  decode(reader: ByteReader): Values {
    const values = this.#readPlain(reader)
    if (this.#flexible) this.#readTagged(reader, values)
    return values
  }

  encode(message: Values, writer: ByteWriter): void {
    this.#writePlain(message, writer)
    if (this.#flexible) this.#writeTagged(message, writer)
    for (const { name, fallback } of this.#absent) {
      const value = message[name]
      if (value === undefined || isDefault(value, fallback)) continue
      throw kafkaError('unsupported-field', {
        name: this.#name,
        field: name,
        version: this.#version,
      })
    }
  }

  read(reader: ByteReader): Values {
    return this.decode(reader)
  }

  write(message: Values, writer: ByteWriter): void {
    this.encode(message, writer)
  }

  #readTagged(reader: ByteReader, values: Values): void {
    for (let left = reader.uvarint(); left > 0; left--) {
      const tag = reader.uvarint()
      const length = reader.uvarint()
      const start = reader.position
      const slot = this.#tagged.find((one) => one.tag === tag)
      // Skips a field of a later Kafka as well, and a known one to where its length says it ends.
      reader.bytes(length)
      if (slot === undefined) continue
      values[slot.name] = slot.codec.read(new ByteReader(reader.source, start, start + length))
    }
  }

  #writeTagged(message: Values, writer: ByteWriter): void {
    let count = 0
    for (const { name, fallback } of this.#tagged) {
      const value = message[name]
      if (value !== undefined && !isDefault(value, fallback)) count++
    }
    writer.uvarint(count)
    if (count === 0) return
    for (const { name, codec, fallback, tag } of this.#tagged) {
      const value = message[name]
      if (value === undefined || isDefault(value, fallback)) continue
      const body = new ByteWriter()
      codec.write(value, body)
      writer.uvarint(tag)
      writer.uvarint(body.length)
      for (const part of body.parts()) writer.bytes(part)
    }
  }
}

function fieldCodec(name: string, field: AnyField, version: number, flexible: boolean): FieldCodec {
  const { kind, element, fields } = field.shape
  const form = { compact: flexible, nullable: covers(field.shape.nullable, version) }
  if (kind === 'string') return stringCodec(form) as FieldCodec
  if (kind === 'bytes' || kind === 'records') {
    return bytesCodec(form, { view: kind === 'records' }) as FieldCodec
  }
  if (kind === 'array') {
    return arrayCodec(fieldCodec(name, element as AnyField, version, flexible), form) as FieldCodec
  }
  if (kind === 'struct') {
    const struct = new MessageCodec(name, fields as Schema, version, flexible)
    return (form.nullable ? nullableStructCodec(struct) : struct) as FieldCodec
  }
  return numbers[kind] as FieldCodec
}

/** Whether a value means the same as leaving the field out. */
function isDefault(value: unknown, fallback: unknown): boolean {
  if (value === fallback) return true
  if (value === null || fallback === null || typeof value !== 'object') return false
  if (Array.isArray(value))
    return value.length === 0 && Array.isArray(fallback) && fallback.length === 0
  if (Buffer.isBuffer(value)) return Buffer.isBuffer(fallback) && value.equals(fallback)
  const defaults = fallback as Values
  return Object.entries(value).every(
    ([name, part]) => part === undefined || isDefault(part, defaults[name]),
  )
}
