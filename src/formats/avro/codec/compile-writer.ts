/** From a type to the one function that writes its values; a value that does not fit is a Misfit. */
import { getOwn } from '../../../base/own-property.ts'
import { DefaultValues } from '../defaults.ts'
import type { AvroType, EnumType, Field, FixedType, RecordType, UnionType } from '../model.ts'
import { deepestRecords } from './avro-reader.ts'
import { AvroWriter } from './avro-writer.ts'
import { branchChooser } from './choose-branch.ts'
import { Misfit } from './misfit.ts'
import { isInt, isLong, isObject } from './value-kinds.ts'

export type Write = (writer: AvroWriter, value: unknown, depth: number) => void

export function compileWriter(type: AvroType): Write {
  return new Compiler().write(type)
}

class Compiler {
  readonly #records = new Map<RecordType, Write>()

  write(type: AvroType): Write {
    switch (type.kind) {
      case 'array':
        return arrayOf(this.write(type.items))
      case 'map':
        return mapOf(this.write(type.values))
      case 'union':
        return this.#union(type)
      case 'record':
        return this.#record(type)
      case 'enum':
        return symbolOf(type)
      case 'fixed':
        return fixedOf(type)
      default:
        return primitives[type.kind]
    }
  }

  #union(type: UnionType): Write {
    const choose = branchChooser(type)
    const writes = type.branches.map((branch) => this.write(branch))
    return (to, value, depth) => {
      const index = choose(value)
      to.varint(index)
      ;(writes[index] as Write)(to, value, depth)
    }
  }

  /** Records may hold themselves: the fields of one are filled in when it is known already. */
  #record(type: RecordType): Write {
    const known = this.#records.get(type)
    if (known !== undefined) return known
    const fields: WriteField[] = []
    const write = recordOf(fields)
    this.#records.set(type, write)
    fields.push(...type.fields.map((field) => this.#field(field)))
    return write
  }

  #field(field: Field): WriteField {
    const write = this.write(field.type)
    return { name: field.name, write, preset: presetOf(field, write) }
  }
}

const primitives = {
  null: (_to, value) => {
    if (value !== null && value !== undefined) throw new Misfit('null', value)
  },
  boolean: (to, value) => {
    if (typeof value !== 'boolean') throw new Misfit('a boolean', value)
    to.uint8(value ? 1 : 0)
  },
  int: (to, value) => {
    if (!isInt(value)) throw new Misfit('an int (a whole number of 32 bits)', value)
    to.varint(Number(value))
  },
  long: (to, value) => {
    if (!isLong(value)) throw new Misfit('a long (a bigint of 64 bits or a safe integer)', value)
    to.long(value)
  },
  float: (to, value) => {
    if (typeof value !== 'number') throw new Misfit('a number', value)
    to.float(value)
  },
  double: (to, value) => {
    if (typeof value !== 'number') throw new Misfit('a number', value)
    to.double(value)
  },
  bytes: (to, value) => {
    if (!(value instanceof Uint8Array)) throw new Misfit('bytes', value)
    to.byteString(value)
  },
  string: (to, value) => {
    if (typeof value !== 'string') throw new Misfit('a string', value)
    to.string(value)
  },
} satisfies Record<string, Write>

interface WriteField {
  readonly name: string
  readonly write: Write
  /** The encoded default, where there is one. */
  readonly preset: (() => Uint8Array) | undefined
}

function recordOf(fields: readonly WriteField[]): Write {
  return (to, value, depth) => {
    if (!isObject(value)) throw new Misfit('an object', value)
    if (depth > deepestRecords) throw new Misfit(`at most ${deepestRecords} levels`, value)
    for (const { name, write, preset } of fields) {
      const given = getOwn(value, name)
      if (given === undefined && preset !== undefined) {
        to.bytes(preset())
        continue
      }
      try {
        write(to, given, depth + 1)
      } catch (error) {
        throw error instanceof Misfit ? error.within(`.${name}`) : error
      }
    }
  }
}

/** Encoded when it is needed first: some defaults fit their type only in the eyes of the parser. */
function presetOf({ type, default: node }: Field, write: Write): WriteField['preset'] {
  if (node === undefined) return undefined
  let encoded: Uint8Array | undefined
  return () => {
    if (encoded === undefined) {
      const to = new AvroWriter()
      write(to, new DefaultValues().of(type, node), 0)
      encoded = to.done()
    }
    return encoded
  }
}

function arrayOf(write: Write): Write {
  return (to, value, depth) => {
    if (!Array.isArray(value)) throw new Misfit('an array', value)
    if (value.length > 0) to.varint(value.length)
    for (const [index, item] of value.entries()) {
      try {
        write(to, item, depth)
      } catch (error) {
        throw error instanceof Misfit ? error.within(`[${index}]`) : error
      }
    }
    to.uint8(0)
  }
}

function mapOf(write: Write): Write {
  return (to, value, depth) => {
    if (!isObject(value)) throw new Misfit('an object', value)
    const entries = Object.entries(value)
    if (entries.length > 0) to.varint(entries.length)
    for (const [key, item] of entries) {
      to.string(key)
      try {
        write(to, item, depth)
      } catch (error) {
        throw error instanceof Misfit ? error.within(`[${JSON.stringify(key)}]`) : error
      }
    }
    to.uint8(0)
  }
}

function symbolOf({ symbols, name }: EnumType): Write {
  const indexes = new Map<unknown, number>(symbols.map((symbol, index) => [symbol, index]))
  return (to, value) => {
    const index = indexes.get(value)
    if (index === undefined) throw new Misfit(`a symbol of ${name.full}`, value)
    to.varint(index)
  }
}

function fixedOf({ sizeBytes }: FixedType): Write {
  return (to, value) => {
    if (!(value instanceof Uint8Array) || value.length !== sizeBytes) {
      throw new Misfit(`exactly ${sizeBytes} bytes`, value)
    }
    to.bytes(value)
  }
}
