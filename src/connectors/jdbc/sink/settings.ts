import type { ValuesOf } from '../../../connect/kit/index.ts'
import type { sinkOptions } from '../options/sink.ts'
import type { ZoneSettings } from '../values/texts.ts'
import { utc, zoneOf } from '../values/zone.ts'

/** What a sink does, read from its options. */
export interface SinkSettings {
  readonly insertMode: 'insert' | 'upsert' | 'update'
  readonly deleteEnabled: boolean
  readonly pkMode: 'none' | 'kafka' | 'record_key' | 'record_value'
  readonly pkFields: readonly string[]
  readonly fieldsWhitelist: readonly string[]
  readonly stringColumn: string
  readonly replaceNullWithDefault: boolean
  readonly tableNameFormat: string
  readonly views: boolean
  readonly autoCreate: boolean
  readonly autoEvolve: boolean
  readonly quoted: boolean
  readonly batchSize: number
  readonly mostRetries: number
  readonly retryBackoffMs: number
  readonly exactlyOnce: boolean
  /** Whether what a database says of a record may be told; it may hold values. */
  readonly discreet: boolean
  readonly zones: ZoneSettings
}

export type SinkValues = ValuesOf<typeof sinkOptions>

export function sinkSettings(values: SinkValues): SinkSettings {
  const times = zoneOf('db.timezone', values['db.timezone'])
  return {
    insertMode: values['insert.mode'] as SinkSettings['insertMode'],
    deleteEnabled: values['delete.enabled'],
    pkMode: values['pk.mode'] as SinkSettings['pkMode'],
    pkFields: values['pk.fields'],
    fieldsWhitelist: values['fields.whitelist'],
    stringColumn: values['string.output.value.column.name'],
    replaceNullWithDefault: values['replace.null.with.default'],
    tableNameFormat: values['table.name.format'].trim(),
    views: values['table.types'].some((type) => type.toUpperCase() === 'VIEW'),
    autoCreate: values['auto.create'],
    autoEvolve: values['auto.evolve'],
    quoted: values['quote.sql.identifiers'] === 'always',
    batchSize: values['batch.size'],
    mostRetries: values['max.retries'],
    retryBackoffMs: values['retry.backoff.ms'],
    exactlyOnce: values.consistency === 'exactly-once',
    discreet: values['trim.sensitive.log'],
    zones: {
      times,
      dates: values['date.timezone'] === 'utc' ? utc : times,
      timestampFields: new Set(values['timestamp.fields.list']),
      timestampUnit: values['timestamp.precision.mode'] as ZoneSettings['timestampUnit'],
    },
  }
}

/** What no option can know of itself: sentences by option. */
export function sinkProblems(values: SinkValues): Record<string, string[]> {
  const { insertMode, pkMode, pkFields, deleteEnabled } = sinkSettings(values)
  const problems: Record<string, string[]> = {}
  if (insertMode !== 'insert' && pkMode === 'none') {
    problems['pk.mode'] = [
      `insert.mode=${insertMode} finds rows by their key: set pk.mode to record_key, record_value or kafka.`,
    ]
  }
  if (deleteEnabled && pkMode !== 'record_key') {
    problems['delete.enabled'] = [
      'Deleting finds rows by the record key: set pk.mode to record_key.',
    ]
  }
  if (pkMode === 'kafka' && pkFields.length !== 0 && pkFields.length !== 3) {
    problems['pk.fields'] = [
      'pk.mode=kafka takes three names (topic, partition, offset), or none for the usual ones.',
    ]
  }
  return problems
}
