import type { AnyBinlogEvent, BinlogEventByTypeName, RowData, UpdateRowData } from '@vlasky/zongji'
import { RecentlyUsed } from '../../../../../base/recently-used.ts'
import type { BinlogPlace } from './places.ts'
import { type MappedTable, mappedTable } from './tables.ts'

/** What a binlog says, as far as it matters: transactions, and in them rows of tables. */
export type BinlogItem =
  | { readonly kind: 'begin'; readonly gtid: string | undefined; readonly place: BinlogPlace }
  | {
      readonly kind: 'rows'
      readonly mapped: MappedTable
      readonly rows: readonly RowChange[]
      readonly bytes: number
    }
  | { readonly kind: 'end'; readonly place: BinlogPlace }
  | { readonly kind: 'emptied'; readonly statement: string }

export interface RowChange {
  readonly before: RowData | undefined
  readonly after: RowData | undefined
}

/** A table gets another number when it is changed; so many are remembered. */
const mostTables = 1_000

export const eventsOfInterest: string[] = [
  ...['rotate', 'heartbeat', 'gtid', 'anonymousgtid', 'mariadbgtid'],
  ...['query', 'xid', 'xaprepare', 'tablemap', 'writerows', 'updaterows', 'deleterows'],
]

/** Follows the events of a binlog, and with them the place between two transactions. */
export class BinlogEvents {
  readonly #gtids: () => string | undefined
  /** By their numbers, which a server gives anew when it starts, and with that a new file. */
  #tables = new RecentlyUsed<number, MappedTable>(mostTables)
  #file: string
  #pos: number
  #isOpen = false
  /** Whether only a commit ends what is open: a statement that stands alone ends by itself. */
  #isTransaction = false

  constructor({ file, pos }: BinlogPlace, gtids: () => string | undefined) {
    this.#gtids = gtids
    this.#file = file
    this.#pos = pos
  }

  /** Whether a transaction, or a statement that stands alone, is under way. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  read(event: AnyBinlogEvent): readonly BinlogItem[] {
    if (is(event, 'Rotate')) {
      this.#file = event.binlogName
      this.#pos = event.position
      this.#tables = new RecentlyUsed(mostTables)
      return []
    }
    if (is(event, 'MariadbGtid')) return this.#begin(event.gtid, !event.standalone)
    if (is(event, 'Gtid')) return this.#begin(event.gtid, false)
    if (is(event, 'AnonymousGtid')) return this.#begin(undefined, false)
    if (is(event, 'Query')) return this.#statement(event)
    if (is(event, 'Xid') || is(event, 'XaPrepare')) return this.#end(event.nextPosition)
    if (is(event, 'TableMap')) {
      const known = this.#tables.get(event.tableId)
      if (!isSame(known, event)) this.#tables.set(event.tableId, mappedTable(event))
      return []
    }
    if (is(event, 'WriteRows')) {
      return this.#rows(event, (after: RowData) => ({ before: undefined, after }))
    }
    if (is(event, 'DeleteRows')) {
      return this.#rows(event, (before: RowData) => ({ before, after: undefined }))
    }
    if (is(event, 'UpdateRows')) return this.#rows(event, (both: UpdateRowData) => both)
    return []
  }

  #begin(gtid: string | undefined, isTransaction: boolean): readonly BinlogItem[] {
    const open = this.#isOpen ? this.#end(0) : []
    this.#isOpen = true
    this.#isTransaction = isTransaction
    return [...open, { kind: 'begin', gtid, place: this.#place() }]
  }

  #statement({ query, nextPosition }: BinlogEventByTypeName<'Query'>): readonly BinlogItem[] {
    const [word = ''] = /^\w+/.exec(query.trim()) ?? []
    switch (word.toUpperCase()) {
      case 'BEGIN': {
        // Without any GTIDs, a transaction begins with it.
        const begun = this.#isOpen ? [] : this.#begin(undefined, true)
        this.#isTransaction = true
        return begun
      }
      case 'COMMIT':
      case 'ROLLBACK':
        return this.#end(nextPosition)
      case 'TRUNCATE':
        return [...this.#end(nextPosition), { kind: 'emptied', statement: query }]
      default:
        return this.#isTransaction ? [] : this.#end(nextPosition)
    }
  }

  #end(position: number): readonly BinlogItem[] {
    if (position > 0) this.#pos = position
    this.#isOpen = false
    this.#isTransaction = false
    return [{ kind: 'end', place: this.#place() }]
  }

  #rows<Of>(
    { tableId, rows, size }: { tableId: number; rows: readonly Of[]; size: number },
    changeOf: (row: Of) => RowChange,
  ): readonly BinlogItem[] {
    const mapped = this.#tables.get(tableId)
    if (mapped === undefined) return []
    return [{ kind: 'rows', mapped, rows: rows.map(changeOf), bytes: size }]
  }

  #place(): BinlogPlace {
    const gtids = this.#gtids()
    return { file: this.#file, pos: this.#pos, ...(gtids !== undefined && { gtids }) }
  }
}

function is<Name extends AnyBinlogEvent extends { getTypeName(): infer Names } ? Names : never>(
  event: AnyBinlogEvent,
  name: Name,
): event is BinlogEventByTypeName<Name> {
  return event.getTypeName() === name
}

/** A server may give the number of one table to another one; a changed table gets another number. */
function isSame(
  known: MappedTable | undefined,
  { schemaName, tableName }: BinlogEventByTypeName<'TableMap'>,
): boolean {
  return known?.table.schema === schemaName && known.table.name === tableName
}
