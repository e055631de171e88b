import type { SinkRecord } from '../../../connect/kit/index.ts'
import type { SinkSettings } from './settings.ts'

/** Records that one kind of statement writes, in any order. */
export interface Step {
  readonly kind: SinkSettings['insertMode'] | 'delete'
  readonly records: readonly SinkRecord[]
}

/**
 * What a run comes to. Of records with the same key the last one wins: with upsert over the whole
 * run, whose rows then come in any order; otherwise up to where records with and without a value
 * take turns. Inserts are never dropped: a key that comes twice is for the database to refuse.
 */
export function stepsOf(
  records: readonly SinkRecord[],
  mode: SinkSettings['insertMode'],
  keyOf: (record: SinkRecord) => string,
): readonly Step[] {
  if (mode === 'upsert') {
    const last = lastOfEachKey(records, keyOf)
    const isDelete = ({ value }: SinkRecord) => value === null
    return [
      { kind: 'delete', records: last.filter(isDelete) },
      { kind: mode, records: last.filter((record) => !isDelete(record)) },
    ]
  }
  return turnsOf(records).map((turn) => {
    if (turn[0]?.value === null) return { kind: 'delete', records: lastOfEachKey(turn, keyOf) }
    return { kind: mode, records: mode === 'insert' ? turn : lastOfEachKey(turn, keyOf) }
  })
}

function lastOfEachKey(
  records: readonly SinkRecord[],
  keyOf: (record: SinkRecord) => string,
): readonly SinkRecord[] {
  const last = new Map<string, SinkRecord>()
  for (const record of records) last.set(keyOf(record), record)
  return last.size === records.length ? records : [...last.values()]
}

function turnsOf(records: readonly SinkRecord[]): SinkRecord[][] {
  const turns: SinkRecord[][] = []
  let deleting: boolean | undefined
  for (const record of records) {
    const isDelete = record.value === null
    if (isDelete !== deleting) turns.push([])
    deleting = isDelete
    turns.at(-1)?.push(record)
  }
  return turns
}
