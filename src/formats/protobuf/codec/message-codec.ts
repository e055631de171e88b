import { MalformedBytes } from '../../../base/bytes.ts'
import { deeper, wrongValue } from '../errors.ts'
import { limits } from '../limits.ts'
import type { LinkedMessage } from '../linked/model.ts'
import { type FieldCodec, fieldCodec } from './field-codec.ts'
import { shown } from './shown.ts'
import { WireReader, wireTypes } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export type ProtobufRecord = Record<string, unknown>

/**
 * Encodes and decodes the records of one message: plain objects with every field of the schema.
 * int64 is a bigint, bytes a Buffer, a map a Map, an enum its constant's name (its number where the
 * schema knows none), a repeated field an array; null stands for a field that is absent, also for
 * those of a oneof that were not chosen. Made of closures over the schema, without generated code.
 */
export class MessageCodec {
  readonly #message: LinkedMessage
  readonly #codecs: Codecs
  #fields: readonly FieldCodec[] | undefined
  #byNumber = new Map<number, FieldCodec>()
  #names: ReadonlySet<string> = new Set()

  constructor(message: LinkedMessage, codecs: Codecs) {
    this.#message = message
    this.#codecs = codecs
  }

  encode(record: unknown): Buffer {
    const writer = new WireWriter()
    this.write(writer, record, 0)
    return writer.done()
  }

  decode(bytes: Buffer): ProtobufRecord {
    const reader = new WireReader(bytes)
    const record = this.empty()
    this.read(reader, record, 0)
    return record
  }

  empty(): ProtobufRecord {
    const record: ProtobufRecord = {}
    for (const { name, initial } of this.#ready()) record[name] = initial()
    return record
  }

  write(writer: WireWriter, record: unknown, depth: number): void {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      throw wrongValue('', `an object for '${this.#message.fullName}'`, shown(record))
    }
    if (depth > limits.deepestRecord) {
      throw wrongValue('', `no message deeper than ${limits.deepestRecord}`, 'a deeper one')
    }
    const fields = this.#ready()
    const values = record as ProtobufRecord
    for (const name of Object.keys(values)) {
      if (!this.#names.has(name)) {
        throw wrongValue(name, `a field of '${this.#message.fullName}'`, 'an unknown name')
      }
    }
    const chosen = new Map<string, string>()
    for (const field of fields) {
      const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined
      try {
        if (value === undefined || value === null) field.absent()
        else {
          if (field.oneof !== undefined) choose(chosen, field.oneof, field.name)
          field.write(writer, value, depth)
        }
      } catch (error) {
        throw deeper(field.name, error)
      }
    }
  }

  read(reader: WireReader, record: ProtobufRecord, depth: number, group?: number): void {
    if (depth > limits.deepestRecord) {
      throw new MalformedBytes(`messages are nested deeper than ${limits.deepestRecord}`)
    }
    const fields = this.#ready()
    while (group !== undefined || !reader.isAtEnd) {
      const tag = reader.tag()
      if (group !== undefined && tag === group * 8 + wireTypes.end) break
      const field = this.#byNumber.get(tag >>> 3)
      if (field === undefined || !field.read(reader, tag & 7, record, depth)) {
        reader.skip(tag, depth)
      } else if (field.oneof !== undefined) {
        for (const name of field.siblings) record[name] = null
      }
    }
    for (const { name, isRequired } of fields) {
      if (isRequired && record[name] === null) {
        throw new MalformedBytes(`the required field '${name}' is missing`)
      }
    }
  }

  /** At the first use: messages may hold themselves. */
  #ready(): readonly FieldCodec[] {
    if (this.#fields === undefined) {
      const { fields } = this.#message
      this.#fields = fields
        .map((field) => fieldCodec(field, fields, this.#codecs))
        .sort((one, other) => one.number - other.number)
      this.#byNumber = new Map(this.#fields.map((field) => [field.number, field]))
      this.#names = new Set(this.#fields.map(({ name }) => name))
    }
    return this.#fields
  }
}

/** The codecs of a schema's messages, each made once. */
export class Codecs {
  readonly #codecs = new Map<LinkedMessage, MessageCodec>()

  of(message: LinkedMessage): MessageCodec {
    const codec = this.#codecs.get(message) ?? new MessageCodec(message, this)
    this.#codecs.set(message, codec)
    return codec
  }
}

function choose(chosen: Map<string, string>, oneof: string, name: string): void {
  const other = chosen.get(oneof)
  if (other !== undefined) throw wrongValue('', `one field of '${oneof}'`, `this and '${other}'`)
  chosen.set(oneof, name)
}
