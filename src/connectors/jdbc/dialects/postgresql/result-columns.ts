import type { FieldDef } from 'pg'
import type { ResultColumn, Session } from '../../session.ts'

/** Says of each column what its number of a type, and its column of a table, mean. */
export async function resultColumns(
  session: Session,
  fields: readonly FieldDef[],
): Promise<readonly ResultColumn[]> {
  const types = await session.ask({
    sql: 'SELECT t.oid, COALESCE(b.typname, t.typname) FROM pg_type t LEFT JOIN pg_type b ON t.typtype = $2 AND b.oid = t.typbasetype WHERE t.oid = ANY($1::oid[])',
    values: [`{${fields.map(({ dataTypeID }) => dataTypeID).join()}}`, 'd'],
  })
  const required = await session.ask({
    sql: 'SELECT attrelid, attnum FROM pg_attribute WHERE attrelid = ANY($1::oid[]) AND attnotnull',
    values: [`{${fields.map(({ tableID }) => tableID).join()}}`],
  })
  const names = new Map(types.map(([id, name]) => [Number(id), `${name}`]))
  const notNull = new Set(required.map(([table, column]) => `${table}.${column}`))
  return fields.map(({ name, dataTypeID, dataTypeModifier, tableID, columnID }) => {
    const type = names.get(dataTypeID) ?? 'text'
    return {
      ...{ name, unsigned: false, optional: !notNull.has(`${tableID}.${columnID}`) },
      type: type === 'bytea' ? 'bytes' : type,
      ...sizeOf(type, dataTypeModifier),
    }
  })
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
