import type { FieldDef } from 'pg'
import type { ResultColumn, Session } from '../../session.ts'

/** Says of each column what its number of a type, and its column of a table, mean. */
export async function resultColumns(
  session: Session,
  fields: readonly FieldDef[],
): Promise<readonly ResultColumn[]> {
  const types = await columnTypes(
    session,
    fields.map(({ dataTypeID }) => dataTypeID),
  )
  const required = await session.ask({
    sql: 'SELECT attrelid, attnum FROM pg_attribute WHERE attrelid = ANY($1::oid[]) AND attnotnull',
    values: [`{${fields.map(({ tableID }) => tableID).join()}}`],
  })
  const notNull = new Set(required.map(([table, column]) => `${table}.${column}`))
  return fields.map(({ name, dataTypeID, dataTypeModifier, tableID, columnID }) =>
    resultColumn(name, types.get(dataTypeID), dataTypeModifier, {
      optional: !notNull.has(`${tableID}.${columnID}`),
    }),
  )
}

/** A type of columns; of a domain, what it is made of. */
export interface ColumnType {
  readonly name: string
  /** The size that a domain gives it; -1 where the column has its own, or none. */
  readonly modifier: number
}

/** Types by their numbers. */
export async function columnTypes(
  session: Session,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, ColumnType>> {
  const types = await session.ask({
    sql: 'SELECT t.oid, COALESCE(b.typname, t.typname), t.typtypmod FROM pg_type t LEFT JOIN pg_type b ON t.typtype = $2 AND b.oid = t.typbasetype WHERE t.oid = ANY($1::oid[])',
    values: [`{${numbers.join()}}`, 'd'],
  })
  return new Map(
    types.map(([id, name, modifier]) => [
      Number(id),
      { name: `${name}`, modifier: Number(modifier) },
    ]),
  )
}

const text: ColumnType = { name: 'text', modifier: -1 }

export function resultColumn(
  name: string,
  { name: type, modifier: ofDomain }: ColumnType = text,
  modifier: number,
  { optional }: { readonly optional: boolean },
): ResultColumn {
  return {
    ...{ name, unsigned: false, optional },
    type: type === 'bytea' ? 'bytes' : type,
    ...sizeOf(type, modifier < 0 ? ofDomain : modifier),
  }
}

/** Bytes of a text as `bytea_output` = hex writes them, and every other text as it is. */
export function valueOfText(text: string, { type }: ResultColumn): string | Buffer {
  return type === 'bytes' ? Buffer.from(text.slice(2), 'hex') : text
}

/** What the type's modifier says; -1 where there is none. */
function sizeOf(type: string, modifier: number) {
  const unlimited = { precision: undefined, scale: undefined, fraction: 6 }
  if (modifier < 0) return type === 'date' ? { ...unlimited, fraction: 0 } : unlimited
  if (type === 'numeric') {
    const digits = modifier - 4
    // The scale has eleven bits and a sign.
    const scale = ((digits & 0x7ff) ^ 0x400) - 0x400
    return { precision: (digits >> 16) & 0xffff, scale, fraction: 0 }
  }
  if (type.startsWith('time')) return { ...unlimited, fraction: modifier }
  return { ...unlimited, precision: modifier }
}
