/**
 * The messages of PostgreSQL's output plugin pgoutput, protocol version 1 ("Logical Replication Message
 * Formats" of its documentation), with every value as the text that the server writes.
 */
export type LogMessage =
  | { readonly tag: 'begin'; readonly committedAt: bigint; readonly transaction: number }
  | { readonly tag: 'commit'; readonly end: bigint }
  | RowMessage
  | { readonly tag: 'truncate'; readonly relations: readonly Relation[] }
  | { readonly tag: 'other' }

export interface RowMessage {
  readonly tag: 'row'
  readonly relation: Relation
  /** What the row was: whole, or the columns of its identity; absent where those stayed. */
  readonly old?: Tuple
  readonly isOldWhole: boolean
  /** Absent for a row that was deleted. */
  readonly fresh?: Tuple
}

/** The values of a row in the order of the columns; a big one that was not changed is undefined. */
export type Tuple = readonly (string | null | undefined)[]

/** A table as it is from this message on. */
export interface Relation {
  readonly number: number
  readonly schema: string
  readonly name: string
  readonly identity: 'default' | 'nothing' | 'full' | 'index'
  readonly columns: readonly RelationColumn[]
}

export interface RelationColumn {
  readonly name: string
  readonly isIdentity: boolean
  readonly type: number
  readonly modifier: number
}

/** Reads messages in their order, because rows refer to tables that were described before. */
export class PgoutputReader {
  readonly #relations = new Map<number, Relation>()

  read(message: Buffer): LogMessage {
    const at = new Cursor(message)
    switch (at.letter()) {
      case 'B': {
        const committedAt = at.long()
        at.long()
        return { tag: 'begin', committedAt, transaction: at.int() }
      }
      case 'C':
        at.skip(9)
        return { tag: 'commit', end: at.long() }
      case 'R': {
        const relation = relationOf(at)
        this.#relations.set(relation.number, relation)
        return { tag: 'other' }
      }
      case 'I':
      case 'U':
      case 'D':
        return this.#row(at)
      case 'T': {
        const count = at.int()
        at.skip(1)
        const relations = Array.from({ length: count }, () => this.#relation(at.int()))
        return { tag: 'truncate', relations }
      }
      default:
        return { tag: 'other' }
    }
  }

  /** Old values stand behind K (those of the identity) or O (all), fresh ones behind N. */
  #row(at: Cursor): RowMessage {
    const relation = this.#relation(at.int())
    const found: { old?: Tuple; fresh?: Tuple } = {}
    let isOldWhole = false
    while (!at.isEnd) {
      const part = at.letter()
      const tuple = tupleOf(at)
      if (part === 'N') found.fresh = tuple
      else found.old = tuple
      isOldWhole ||= part === 'O'
    }
    return { tag: 'row', relation, isOldWhole, ...found }
  }

  #relation(number: number): Relation {
    const relation = this.#relations.get(number)
    if (relation !== undefined) return relation
    throw new TypeError(`a row of table ${number}, which was not described`)
  }
}

const identities: Readonly<Record<string, Relation['identity']>> = {
  d: 'default',
  n: 'nothing',
  f: 'full',
  i: 'index',
}

function relationOf(at: Cursor): Relation {
  const number = at.int()
  const [schema, name] = [at.name(), at.name()]
  const identity = identities[at.letter()] ?? 'nothing'
  const columns = Array.from({ length: at.short() }, () => ({
    isIdentity: at.byte() === 1,
    name: at.name(),
    type: at.int(),
    modifier: at.signed(),
  }))
  return { number, schema, name, identity, columns }
}

function tupleOf(at: Cursor): Tuple {
  return Array.from({ length: at.short() }, () => {
    switch (at.letter()) {
      case 'n':
        return null
      case 'u':
        return undefined
      default:
        return at.text(at.int())
    }
  })
}

class Cursor {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  skip(count: number): void {
    this.#at += count
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++)
  }

  letter(): string {
    return String.fromCharCode(this.byte())
  }

  short(): number {
    this.#at += 2
    return this.#bytes.readUInt16BE(this.#at - 2)
  }

  int(): number {
    this.#at += 4
    return this.#bytes.readUInt32BE(this.#at - 4)
  }

  signed(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  long(): bigint {
    this.#at += 8
    return this.#bytes.readBigUInt64BE(this.#at - 8)
  }

  text(length: number): string {
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }

  /** A text that ends with a zero. */
  name(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    const name = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return name
  }
}
