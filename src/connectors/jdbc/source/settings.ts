import { JavaPattern, type ValuesOf } from '../../../connect/kit/index.ts'
import { jdbcError } from '../errors.ts'
import type { derivedModeOption, sourceModes, sourceOptions } from '../options/source.ts'
import { type Zone, zoneOf } from '../values/zone.ts'

export type SourceMode = (typeof sourceModes)[number]

export type NumericMapping = 'none' | 'precision_only' | 'best_fit' | 'best_fit_eager_double'

export type SourceValues = ValuesOf<typeof sourceOptions & typeof derivedModeOption>

/** What becomes of rows in every mode. */
export interface RowSettings {
  readonly topicPrefix: string
  readonly lingerMs: number
  readonly batchRows: number
  readonly mostAttempts: number
  readonly numericMapping: NumericMapping
  readonly granularity: string
  readonly zone: Zone
}

/** What a source that asks for new rows does, read from its options. */
export interface SourceSettings extends RowSettings {
  readonly mode: SourceMode
  /** Undefined where tables are read. */
  readonly query: string | undefined
  readonly suffix: string
  readonly timestampInitialMs: number | undefined
  readonly validateNonNull: boolean
  readonly delayMs: number
  readonly safe: boolean
  readonly safeDelayMs: number
  readonly quoted: boolean
  readonly isolation: string | undefined
  readonly pollIntervalMs: number
  /** The columns that find rows, by a table's whole name. */
  readonly incrementingColumn: (table: string) => string
  readonly timestampColumns: (table: string) => readonly string[]
}

export function rowSettings(values: SourceValues): RowSettings {
  const mapping = values['numeric.precision.mapping'] ? 'precision_only' : 'none'
  const attempts = values['query.retry.attempts']
  return {
    topicPrefix: values['topic.prefix'].trim(),
    lingerMs: values['poll.linger.ms'],
    batchRows: values['batch.max.rows'],
    mostAttempts: attempts < 0 ? Number.POSITIVE_INFINITY : attempts,
    numericMapping: (values['numeric.mapping'] ?? mapping) as NumericMapping,
    granularity: values['timestamp.granularity'],
    zone: zoneOf('db.timezone', values['db.timezone']),
  }
}

export function sourceSettings(values: SourceValues): SourceSettings {
  const isolation = values['transaction.isolation.mode']
  return {
    ...rowSettings(values),
    mode: modeOf(values),
    query: (values['query.masked'] ?? '') || values.query || undefined,
    suffix: values['query.suffix'].trim(),
    timestampInitialMs: values['timestamp.initial'],
    validateNonNull: values['validate.non.null'],
    delayMs: values['timestamp.delay.interval.ms'],
    safe: values['leat.safe'],
    safeDelayMs: values['leat.safe.delay.ms'],
    quoted: values['quote.sql.identifiers'] === 'always',
    isolation: isolation === 'DEFAULT' ? undefined : isolation.replaceAll('_', ' '),
    pollIntervalMs: values['poll.interval.ms'],
    incrementingColumn: byTable(
      values['incrementing.column.mapping'],
      values['incrementing.column.name'],
      (text) => text,
    ),
    timestampColumns: byTable(
      values['timestamp.columns.mapping'],
      values['timestamp.column.name'],
      (text) => text.replace(/^\[|\]$/g, '').split('|'),
    ),
  }
}

function modeOf(values: SourceValues): SourceMode {
  const { mode } = values
  if (mode !== '') return mode as SourceMode
  const named = (...names: ('incrementing' | 'timestamp')[]) => names.join('+') as SourceMode
  const hasIncrementing = values['incrementing.column.name'] !== ''
  const hasTimestamp = values['timestamp.column.name'].length > 0
  if (hasTimestamp && hasIncrementing) return named('timestamp', 'incrementing')
  if (hasTimestamp) return named('timestamp')
  return hasIncrementing ? named('incrementing') : 'bulk'
}

/** `PATTERN:COLUMN` entries before what is said for all tables. */
function byTable<Columns>(
  mappings: readonly string[],
  forAll: Columns,
  columnsOf: (text: string) => Columns,
): (table: string) => Columns {
  const entries = mappings.map((mapping) => {
    const colon = mapping.indexOf(':')
    if (colon <= 0) {
      const cure = 'write PATTERN:COLUMN, or PATTERN:[COLUMN|COLUMN] for timestamps.'
      throw jdbcError('setting-unsupported', { name: 'mapping', value: mapping, cure })
    }
    const pattern = new JavaPattern(mapping.slice(0, colon).trim())
    return { pattern, columns: columnsOf(mapping.slice(colon + 1).trim()) }
  })
  return (table) => entries.find(({ pattern }) => pattern.matches(table))?.columns ?? forAll
}

/** What no option can know of itself: sentences by option. */
export function sourceProblems(values: SourceValues): Record<string, string[]> {
  const { mode } = values
  const problems: Record<string, string[]> = {}
  const filters = [
    'table.whitelist',
    'table.blacklist',
    'table.include.list',
    'table.exclude.list',
  ] as const
  const used = filters.filter((name) => values[name].length > 0)
  const hasQuery = values.query !== '' || (values['query.masked'] ?? '') !== ''
  if (hasQuery && used.length > 0) {
    problems.query = [`A query is read instead of tables: leave ${used.join(', ')} out.`]
  }
  if (values['table.whitelist'].length > 0 && values['table.blacklist'].length > 0) {
    problems['table.blacklist'] = [
      'Either table.whitelist or table.blacklist says which tables are read.',
    ]
  }
  if (mode === 'log' && hasQuery) {
    problems.mode = ['The log tells the changes of tables, not of a query: leave query out.']
  }
  const isNamed =
    values['timestamp.column.name'].length + values['timestamp.columns.mapping'].length > 0
  if (mode.startsWith('timestamp') && !isNamed) {
    problems['timestamp.column.name'] = [`mode=${mode} finds rows by a time: name its column.`]
  }
  const isCounted = values['incrementing.column.name'] !== ''
  if (mode.endsWith('incrementing') && hasQuery && !isCounted) {
    problems['incrementing.column.name'] = [
      `mode=${mode} with a query: name the column that grows.`,
    ]
  }
  return problems
}
