import { BadRecordError, type ConnectSchema, type SinkRecord } from '../../../connect/kit/index.ts'
import { sameSchema } from './same-schema.ts'
import type { SinkSettings } from './settings.ts'

/** Records for one table, one after the other, of one pair of schemas. */
export interface Run {
  readonly topic: string
  readonly keySchema: ConnectSchema | null
  /** null where all records are without a value. */
  readonly valueSchema: ConnectSchema | null
  readonly records: readonly SinkRecord[]
}

type OpenRun = { -readonly [Part in keyof Run]: Run[Part] } & { records: SinkRecord[] }

type RunSettings = Pick<SinkSettings, 'pkMode' | 'deleteEnabled' | 'fieldsWhitelist' | 'zones'>

/**
 * Sorts records by topic and schemas, those of each topic in order. A record without a value joins
 * the run that it stands in.
 */
export function runsOf(records: readonly SinkRecord[], settings: RunSettings): readonly Run[] {
  const runs: OpenRun[] = []
  const open = new Map<string, OpenRun>()
  const keyMatters = settings.pkMode === 'record_key'
  for (const record of records) {
    const unfit = whyUnfit(record, settings)
    if (unfit !== undefined) throw new BadRecordError(unfit)
    const keySchema = keyMatters ? record.keySchema : null
    const valueSchema = record.value === null ? null : record.valueSchema
    let run = open.get(record.topic)
    if (run === undefined || !joins(run, keySchema, valueSchema)) {
      run = { topic: record.topic, keySchema, valueSchema, records: [] }
      open.set(record.topic, run)
      runs.push(run)
    }
    run.valueSchema ??= valueSchema
    run.records.push(record)
  }
  return runs
}

function joins(
  run: Run,
  keySchema: ConnectSchema | null,
  valueSchema: ConnectSchema | null,
): boolean {
  if (!sameSchema(run.keySchema, keySchema)) return false
  if (valueSchema === null || run.valueSchema === null) return true
  return sameSchema(run.valueSchema, valueSchema)
}

/** Why a record cannot be a row, as a sentence. */
function whyUnfit(record: SinkRecord, settings: RunSettings): string | undefined {
  const { value, valueSchema, keySchema } = record
  if (settings.pkMode === 'record_key' && (record.key === null || keySchema === null)) {
    return 'pk.mode=record_key needs a key with a schema, and the record has none: choose a key.converter that knows schemas, or another pk.mode.'
  }
  if (value === null) {
    return settings.deleteEnabled
      ? undefined
      : 'The record has no value, which is no row: set delete.enabled to delete the row of its key, or drop such records by a Filter transform.'
  }
  if (valueSchema === null) {
    return 'The value has no schema, so its columns are not known: choose a value.converter that knows schemas (Avro, Protobuf, JSON Schema, or JsonConverter with schemas.enable=true).'
  }
  if (valueSchema.type === 'string') return whyNoText(settings)
  return valueSchema.type === 'struct'
    ? undefined
    : `The value is ${valueSchema.type}, and a row is made of a struct or a text: put it into a field by the HoistField transform.`
}

function whyNoText({ fieldsWhitelist, zones, pkMode }: RunSettings): string | undefined {
  const named = fieldsWhitelist.length > 0 || zones.timestampFields.size > 0
  if (!named && pkMode !== 'record_value') return undefined
  return 'The value is a plain text without fields, so fields.whitelist, timestamp.fields.list and pk.mode=record_value do not apply: leave them out.'
}
