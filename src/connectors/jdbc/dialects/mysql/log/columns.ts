import type { ColumnInfo, ColumnSchema } from '@vlasky/zongji'
import { jdbcError } from '../../../errors.ts'
import type { ResultColumn } from '../../../session.ts'
import { bitType, columnTypes } from '../column-types.ts'
import { addressTexts } from './addresses.ts'

/** Column types in a binlog, by number. */
const loggedTypes: Readonly<Record<number, string>> = {
  ...columnTypes,
  // With fractions of seconds.
  17: 'timestamptz',
  18: 'datetime',
  19: 'time',
  245: 'text',
  247: 'text',
  248: 'text',
}

const geometryType = 255

/** What the catalogue says today of a column. */
export interface CatalogueColumn {
  readonly optional: boolean
  readonly type: string
}

/** A column of a row in a binlog. */
export interface LoggedColumn extends ResultColumn {
  readonly read: (value: unknown) => string | Buffer | null
}

export function loggedColumn(
  { name, type, charset, metadata }: ColumnInfo,
  { UNSIGNED: unsigned = false }: ColumnSchema,
  today: CatalogueColumn | undefined,
): LoggedColumn {
  if (type === geometryType) {
    throw jdbcError('log-unreadable', { why: `column '${name}' is a geometry.` })
  }
  const { bits, precision, decimals } = (metadata ?? {}) as Readonly<Record<string, number>>
  const addressText = charset === null ? addressTexts[today?.type ?? ''] : undefined
  const plain = loggedTypes[type] ?? (charset === null ? 'bytes' : 'text')
  const named = addressText === undefined ? plain : 'text'
  const found = type === bitType ? (bits === 1 ? 'flag' : 'bytes') : named
  return {
    ...{ name, unsigned, type: found, precision, scale: decimals, fraction: decimals ?? 0 },
    optional: today?.optional ?? true,
    read: readerOf(found, addressText),
  }
}

function readerOf(
  type: string,
  addressText: ((bytes: Buffer) => string) | undefined,
): LoggedColumn['read'] {
  const read = readers[type] ?? String
  return (value) => {
    if (value === null) return null
    // What an enumeration does not have is an empty text.
    if (value === undefined) return ''
    if (!Buffer.isBuffer(value)) return read(value)
    if (addressText !== undefined) return addressText(value)
    // A value is a view of what the network brought.
    return type === 'text' ? value.toString() : Buffer.from(value)
  }
}

const readers: Readonly<Record<string, (value: unknown) => string>> = {
  float: (value) => floatText(Number(value)),
  // A year is kept as its distance from 1900, and 0 is no year.
  year: (value) => (value === 1900 ? '0000' : String(value)),
}

/** The shortest text of a number of 32 bits. */
function floatText(value: number): string {
  for (const digits of [6, 7, 8]) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return text
  }
  return String(value)
}
