import type { Options } from '../../../connect/kit/index.ts'

const mode = { group: 'Mode' } as const
const tables = { group: 'Tables' } as const
const mapping = { group: 'Data mapping' } as const
const polling = { group: 'Polling' } as const

export const sourceModes = ['bulk', 'timestamp', 'incrementing', 'timestamp+incrementing'] as const

/** How a source finds rows that are new. */
export const modeOption = {
  mode: {
    ...mode,
    type: 'string',
    oneOf: [...sourceModes, 'log'],
    about:
      'How new rows are found: bulk reads all each time; incrementing by a growing number; timestamp by a time that each change sets; timestamp+incrementing by both; log from the log in which the database keeps all changes.',
    importance: 'high',
    dependents: ['incrementing.column.name', 'timestamp.column.name'],
  },
} as const satisfies Options

/** Of Confluent Cloud: the columns that are named say it. */
export const derivedModeOption = {
  mode: { ...modeOption.mode, default: '', oneOf: ['', ...modeOption.mode.oneOf] },
} as const satisfies Options

/** What a source can be told besides; the names are Kafka Connect's, but for those with leat. */
export const sourceOptions = {
  'incrementing.column.name': {
    ...mode,
    type: 'string',
    default: '',
    about: 'The column of numbers that only grow; empty for the one that counts by itself.',
    importance: 'medium',
  },
  'timestamp.column.name': {
    ...mode,
    type: 'list',
    default: '',
    about: 'The columns of times; of several, the first that is not null counts.',
    importance: 'medium',
  },
  'incrementing.column.mapping': {
    ...mode,
    type: 'list',
    default: '',
    about: 'Such columns by table, as PATTERN:COLUMN.',
    importance: 'low',
  },
  'timestamp.columns.mapping': {
    ...mode,
    type: 'list',
    default: '',
    about: 'Such columns by table, as PATTERN:[COLUMN|COLUMN].',
    importance: 'low',
  },
  'timestamp.initial': {
    ...mode,
    type: 'long',
    default: null,
    about: 'Where reading begins, in milliseconds since the epoch; -1 for now.',
    importance: 'low',
  },
  'validate.non.null': {
    ...mode,
    type: 'boolean',
    default: 'true',
    about: 'Whether columns that find rows must be NOT NULL.',
    importance: 'low',
  },
  'timestamp.delay.interval.ms': {
    ...mode,
    type: 'long',
    default: '0',
    least: 0,
    about: 'How old a row must be to be read, for those that arrive with an older time.',
    importance: 'high',
  },
  'leat.safe': {
    ...mode,
    type: 'boolean',
    default: 'true',
    about:
      'Whether rows wait until no transaction is open that could still commit an earlier one; without it, such rows are never read.',
    importance: 'medium',
  },
  'leat.safe.delay.ms': {
    ...mode,
    type: 'long',
    default: '10000',
    least: 0,
    about: 'How long a transaction is taken to last, where the user may not see those of others.',
    importance: 'low',
  },
  'table.whitelist': {
    ...tables,
    type: 'list',
    default: '',
    about: 'The tables to read; empty for all.',
    importance: 'medium',
  },
  'table.blacklist': {
    ...tables,
    type: 'list',
    default: '',
    about: 'The tables not to read.',
    importance: 'medium',
  },
  'table.include.list': {
    ...tables,
    type: 'list',
    default: '',
    about: 'Patterns of whole names (SCHEMA.TABLE) of tables to read.',
    importance: 'medium',
  },
  'table.exclude.list': {
    ...tables,
    type: 'list',
    default: '',
    about: 'Patterns of whole names of tables not to read.',
    importance: 'medium',
  },
  'catalog.pattern': {
    ...tables,
    type: 'string',
    default: null,
    about:
      'The databases of MySQL whose tables are read, with % and _; else that of the connection.',
    importance: 'medium',
  },
  'schema.pattern': {
    ...tables,
    type: 'string',
    default: null,
    about: 'The schemas of PostgreSQL whose tables are read, with % and _; else all.',
    importance: 'medium',
  },
  'table.types': {
    ...tables,
    type: 'list',
    default: 'TABLE',
    about: 'What is read: TABLE, VIEW.',
    importance: 'low',
  },
  query: {
    ...tables,
    type: 'string',
    isFreeText: true,
    default: '',
    about: 'A SELECT whose rows are read, instead of tables; the topic is topic.prefix.',
    importance: 'medium',
    width: 'long',
  },
  'query.masked': {
    ...tables,
    type: 'password',
    default: null,
    about: 'The same, kept out of answers and logs.',
    importance: 'low',
  },
  'query.suffix': {
    ...tables,
    type: 'string',
    isFreeText: true,
    default: '',
    about: 'What is put at the end of every SELECT, such as FOR SHARE.',
    importance: 'low',
  },
  'query.retry.attempts': {
    ...polling,
    type: 'int',
    default: '-1',
    least: -1,
    about: 'How often a SELECT is tried while the database is away; -1 for as long as it takes.',
    importance: 'low',
  },
  'topic.prefix': {
    ...mapping,
    type: 'string',
    about: "What stands before the table's name in the topic's; with a query, the topic.",
    importance: 'high',
  },
  'numeric.mapping': {
    ...mapping,
    type: 'string',
    default: null,
    oneOf: ['none', 'precision_only', 'best_fit', 'best_fit_eager_double'],
    about:
      'What decimals become: none keeps them; the others make whole numbers, or floating ones, of those that fit.',
    importance: 'low',
  },
  'numeric.precision.mapping': {
    ...mapping,
    type: 'boolean',
    default: 'false',
    about: 'The older way to say numeric.mapping=precision_only.',
    importance: 'low',
  },
  'timestamp.granularity': {
    ...mapping,
    type: 'string',
    default: 'connect_logical',
    oneOf: [
      ...['connect_logical', 'micros_long', 'micros_string', 'micros_iso_datetime_string'],
      ...['nanos_long', 'nanos_string', 'nanos_iso_datetime_string'],
    ],
    about:
      'What timestamps become: milliseconds as Connect has them, or counts or texts that are finer.',
    importance: 'low',
  },
  'db.timezone': {
    ...mapping,
    type: 'string',
    default: 'UTC',
    about: 'The time zone of columns without one.',
    importance: 'medium',
  },
  'date.calendar.system': {
    ...mapping,
    type: 'string',
    default: 'LEGACY',
    oneOf: ['LEGACY', 'PROLEPTIC_GREGORIAN'],
    about: 'Accepted; dates are Gregorian throughout, so both mean the same from 1582 on.',
    importance: 'low',
  },
  'quote.sql.identifiers': {
    ...tables,
    type: 'string',
    default: 'always',
    oneOf: ['always', 'never'],
    about: 'Whether names of tables and columns are quoted.',
    importance: 'low',
  },
  'transaction.isolation.mode': {
    ...polling,
    type: 'string',
    default: 'DEFAULT',
    oneOf: ['DEFAULT', 'READ_UNCOMMITTED', 'READ_COMMITTED', 'REPEATABLE_READ', 'SERIALIZABLE'],
    about: 'How isolated a SELECT is from what others write.',
    importance: 'low',
  },
  'poll.interval.ms': {
    ...polling,
    type: 'int',
    default: '5000',
    least: 0,
    about: 'How often each table is read.',
    importance: 'high',
  },
  'batch.max.rows': {
    ...polling,
    type: 'int',
    default: '1000',
    least: 1,
    about: 'How many rows are taken at a time.',
    importance: 'low',
  },
  'poll.linger.ms': {
    ...polling,
    type: 'long',
    default: '5000',
    least: 0,
    about: 'How long a poll waits for rows at most.',
    importance: 'low',
  },
  'max.buffer.size': {
    ...polling,
    type: 'int',
    default: '0',
    least: 0,
    about: 'Accepted; rows wait in the database and not in a buffer.',
    importance: 'low',
  },
  'table.poll.interval.ms': {
    ...polling,
    type: 'long',
    default: '60000',
    least: 1,
    about: 'How often new and dropped tables are looked for.',
    importance: 'low',
  },
  'table.monitoring.startup.polling.limit.ms': {
    ...polling,
    type: 'long',
    default: '10000',
    about: 'Accepted; the first look at the tables takes as long as it takes.',
    importance: 'low',
  },
} as const satisfies Options
