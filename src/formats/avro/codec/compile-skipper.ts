/** Functions that read over values nobody asks for, without making them. */
import type { AvroType, RecordType } from '../model.ts'
import type { AvroReader } from './avro-reader.ts'

export type Skip = (reader: AvroReader) => void

export class SkipCompiler {
  readonly #records = new Map<RecordType, Skip>()
  readonly #empty = new Map<RecordType, boolean>()

  skip(type: AvroType): Skip {
    switch (type.kind) {
      case 'null':
        return () => {}
      case 'boolean':
        return (from) => from.boolean()
      case 'int':
      case 'long':
        return (from) => from.longAsNumber()
      case 'float':
        return (from) => from.float()
      case 'double':
        return (from) => from.double()
      case 'bytes':
      case 'string':
        return (from) => from.skipBytes()
      case 'fixed':
        return (from) => from.bytes(type.sizeBytes)
      case 'enum':
        return (from) => from.index(type.symbols.length, 'the symbol')
      case 'array':
        return skipBlocks(this.skip(type.items), this.mayBeEmpty(type.items))
      case 'map':
        return this.#map(this.skip(type.values))
      case 'union': {
        const skips = type.branches.map((branch) => this.skip(branch))
        return (from) => (skips[from.index(skips.length, 'the branch')] as Skip)(from)
      }
      case 'record':
        return this.#record(type)
    }
  }

  /** Whether values of the type may take no bytes at all. */
  mayBeEmpty(type: AvroType): boolean {
    if (type.kind === 'null') return true
    if (type.kind === 'fixed') return type.sizeBytes === 0
    if (type.kind !== 'record') return false
    const known = this.#empty.get(type)
    if (known !== undefined) return known
    this.#empty.set(type, true)
    const isEmpty = type.fields.every((field) => this.mayBeEmpty(field.type))
    this.#empty.set(type, isEmpty)
    return isEmpty
  }

  #map(skip: Skip): Skip {
    return skipBlocks((from) => {
      from.skipBytes()
      skip(from)
    }, false)
  }

  #record(type: RecordType): Skip {
    const known = this.#records.get(type)
    if (known !== undefined) return known
    const skips: Skip[] = []
    const skipRecord: Skip = (from) => {
      const start = from.enter()
      for (const skip of skips) skip(from)
      from.leave(start)
    }
    this.#records.set(type, skipRecord)
    skips.push(...type.fields.map((field) => this.skip(field.type)))
    return skipRecord
  }
}

function skipBlocks(skip: Skip, mayBeEmpty: boolean): Skip {
  return (from) => {
    for (let count = from.blockCount(mayBeEmpty); count > 0; count = from.blockCount(mayBeEmpty)) {
      for (let left = count; left > 0; left--) skip(from)
    }
  }
}
