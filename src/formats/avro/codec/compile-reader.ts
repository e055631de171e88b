/**
 * From two types to the one function that reads values of the writer's type as values of the
 * reader's. Reading with the schema that wrote is the case where both are the same.
 */
import { setOwn } from '../../../base/own-property.ts'
import { schemaError } from '../../schemas/errors.ts'
import { DefaultValues } from '../defaults.ts'
import {
  type AvroType,
  type EnumType,
  type Field,
  nameOf,
  type RecordType,
  type UnionType,
} from '../model.ts'
import { isPromotion, isSameName, matchingBranch, readerFields } from '../resolution-rules.ts'
import type { AvroReader } from './avro-reader.ts'
import { SkipCompiler } from './compile-skipper.ts'

export type Read = (reader: AvroReader) => unknown

/** @throws 'invalid-schema' where the two schemas together are too large to be compiled. */
export function compileReader(reader: AvroType, writer: AvroType): Read {
  return new Compiler().read(reader, writer)
}

/** Two cycles of records pair up to paths as long as the product of their lengths. */
const deepestPairs = 400
const mostPairs = 200_000

const primitives = {
  null: () => null,
  boolean: (from) => from.boolean(),
  int: (from) => from.int(),
  long: (from) => from.long(),
  float: (from) => from.float(),
  double: (from) => from.double(),
  bytes: (from) => from.byteString(),
  string: (from) => from.string(),
} satisfies Record<string, Read>

/** Promotions that read in a way of their own; the others read as the writer wrote. */
const promoted: Readonly<Record<string, Read>> = {
  'int as long': (from) => BigInt(from.int()),
  'int as float': (from) => Math.fround(from.int()),
  'long as float': (from) => Math.fround(from.longAsNumber()),
  'long as double': (from) => from.longAsNumber(),
  'string as bytes': primitives.bytes,
  'bytes as string': primitives.string,
}

class Compiler {
  readonly #records = new Map<RecordType, Map<RecordType, Read>>()
  readonly #branches = new Map<UnionType, Map<string, AvroType>>()
  readonly #skips = new SkipCompiler()
  #pairs = 0
  #depth = 0

  read(reader: AvroType, writer: AvroType): Read {
    this.#pairs += 1
    this.#depth += 1
    if (this.#pairs > mostPairs || this.#depth > deepestPairs) {
      const why = 'it is too large to be compiled together with the schema that wrote'
      throw schemaError('invalid-schema', { type: 'AVRO', where: '', why })
    }
    const read = this.#read(reader, writer)
    this.#depth -= 1
    return read
  }

  #read(reader: AvroType, writer: AvroType): Read {
    if (writer.kind === 'union') return this.#writerUnion(reader, writer)
    if (reader.kind === 'union') {
      const branch = this.#branchOf(reader, writer)
      return branch === undefined ? refused(reader, writer) : this.read(branch, writer)
    }
    if (reader.kind === 'record' && writer.kind === 'record') return this.#record(reader, writer)
    if (reader.kind === 'array' && writer.kind === 'array') {
      return arrayOf(this.read(reader.items, writer.items), this.#skips.mayBeEmpty(writer.items))
    }
    if (reader.kind === 'map' && writer.kind === 'map') {
      return mapOf(this.read(reader.values, writer.values))
    }
    if (reader.kind === 'enum' && writer.kind === 'enum') return symbolOf(reader, writer)
    if (reader.kind === 'fixed' && writer.kind === 'fixed') {
      const { sizeBytes } = writer
      const isReadable = isSameName(reader, writer) && reader.sizeBytes === sizeBytes
      return isReadable ? (from) => Buffer.from(from.bytes(sizeBytes)) : refused(reader, writer)
    }
    return primitive(reader, writer)
  }

  #writerUnion(reader: AvroType, { branches }: UnionType): Read {
    const reads = branches.map((branch) => this.read(reader, branch))
    const count = reads.length
    return (from) => (reads[from.index(count, 'the branch')] as Read)(from)
  }

  /** A union that wrote is read by itself most of the time: its branches are found by their names. */
  #branchOf(reader: UnionType, writer: AvroType): AvroType | undefined {
    let byName = this.#branches.get(reader)
    if (byName === undefined) {
      byName = new Map(reader.branches.map((branch) => [nameOf(branch), branch]))
      this.#branches.set(reader, byName)
    }
    const found = byName.get(nameOf(writer))
    if (found?.kind === writer.kind) return found
    this.#pairs += reader.branches.length
    return matchingBranch(reader, writer)
  }

  /** Records may hold themselves: the steps of one are filled in when it is known already. */
  #record(reader: RecordType, writer: RecordType): Read {
    const ofReader = this.#records.get(reader) ?? new Map<RecordType, Read>()
    this.#records.set(reader, ofReader)
    const known = ofReader.get(writer)
    if (known !== undefined) return known
    const steps: Step[] = []
    const read = recordOf(reader, steps)
    ofReader.set(writer, read)
    const matches = readerFields(reader, writer)
    for (const field of writer.fields) {
      const target = matches.get(field)
      steps.push(
        target === undefined
          ? this.#skips.skip(field.type)
          : set(target.name, this.read(target.type, field.type)),
      )
    }
    const matched = new Set(matches.values())
    for (const field of reader.fields) {
      if (!matched.has(field)) steps.push(set(field.name, preset(field, writer)))
    }
    return read
  }
}

type Step = (from: AvroReader, record: Record<string, unknown>) => void

/** All fields are there from the start, so that setting one is fast, and safe for any name. */
function recordOf({ fields }: RecordType, steps: readonly Step[]): Read {
  const template: Record<string, unknown> = {}
  for (const { name } of fields) setOwn(template, name, undefined)
  return (from) => {
    const start = from.enter()
    const record = { ...template }
    for (const step of steps) step(from, record)
    from.leave(start)
    return record
  }
}

function set(name: string, read: Read): Step {
  return (from, record) => {
    record[name] = read(from)
  }
}

/** The default of a field that the writer has not. */
function preset({ type, default: node, name }: Field, writer: RecordType): Read {
  if (node === undefined) {
    return () => {
      const read = `a record with the field '${name}'`
      throw schemaError('not-readable', { type: 'AVRO', written: nameOf(writer), read })
    }
  }
  const value = new DefaultValues().of(type, node)
  const isShared = typeof value !== 'object' || value === null
  return isShared ? () => value : () => new DefaultValues().of(type, node)
}

function arrayOf(read: Read, mayBeEmpty: boolean): Read {
  return (from) => {
    const array: unknown[] = []
    for (let count = from.blockCount(mayBeEmpty); count > 0; count = from.blockCount(mayBeEmpty)) {
      for (let left = count; left > 0; left--) array.push(read(from))
    }
    return array
  }
}

function mapOf(read: Read): Read {
  return (from) => {
    const map = {}
    for (let count = from.blockCount(false); count > 0; count = from.blockCount(false)) {
      for (let left = count; left > 0; left--) setOwn(map, from.string(), read(from))
    }
    return map
  }
}

function symbolOf(reader: EnumType, writer: EnumType): Read {
  if (!isSameName(reader, writer)) return refused(reader, writer)
  const known = new Set(reader.symbols)
  const symbols = writer.symbols.map((symbol) => (known.has(symbol) ? symbol : reader.default))
  return (from) => {
    const index = from.index(symbols.length, 'the symbol')
    const symbol = symbols[index]
    if (symbol !== undefined) return symbol
    const written = `the symbol ${writer.symbols[index]}`
    throw schemaError('not-readable', { type: 'AVRO', written, read: nameOf(reader) })
  }
}

function primitive(reader: AvroType, writer: AvroType): Read {
  const isReadable = reader.kind === writer.kind || isPromotion(writer.kind, reader.kind)
  if (!isReadable) return refused(reader, writer)
  const asWritten = primitives[writer.kind as keyof typeof primitives]
  return promoted[`${writer.kind} as ${reader.kind}`] ?? asWritten
}

function refused(reader: AvroType, writer: AvroType): Read {
  return () => {
    throw notReadable(reader, writer)
  }
}

function notReadable(reader: AvroType, writer: AvroType) {
  const [written, read] = [nameOf(writer), nameOf(reader)]
  return schemaError('not-readable', { type: 'AVRO', written, read })
}
