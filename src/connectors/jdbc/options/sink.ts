import type { Options } from '../../../connect/kit/index.ts'

const writes = { group: 'Writes' } as const
const mapping = { group: 'Data mapping' } as const
const tables = { group: 'Tables' } as const
const retries = { group: 'Retries' } as const

/** What a sink can be told, besides where the database is; the names are Kafka Connect's. */
export const sinkOptions = {
  'insert.mode': {
    ...writes,
    type: 'string',
    default: 'insert',
    oneOf: ['insert', 'upsert', 'update'],
    about:
      'How rows are written: insert adds rows and refuses a key that is there; upsert adds or replaces; update changes rows that are there.',
    importance: 'high',
  },
  consistency: {
    ...writes,
    type: 'string',
    default: 'at-least-once',
    oneOf: ['at-least-once', 'exactly-once'],
    about:
      'What is promised of each record: exactly-once keeps the positions in the database (table leat_offsets), in the same transaction as the rows.',
    importance: 'medium',
  },
  'batch.size': {
    ...writes,
    type: 'int',
    default: '3000',
    least: 0,
    about: 'How many rows a statement has at most; 0 and 1 are a row a statement.',
    importance: 'medium',
  },
  'delete.enabled': {
    ...writes,
    type: 'boolean',
    default: 'false',
    about: 'Whether a record without a value deletes the row of its key; needs pk.mode=record_key.',
    importance: 'medium',
  },
  'table.types': {
    ...writes,
    type: 'list',
    default: 'TABLE',
    about: 'What may be written to: TABLE, VIEW.',
    importance: 'low',
  },
  'replace.null.with.default': {
    ...writes,
    type: 'boolean',
    default: 'true',
    about: "Whether the schema's default stands in for a null.",
    importance: 'low',
  },
  'table.name.format': {
    ...mapping,
    type: 'string',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder of Kafka Connect.
    default: '${topic}',
    about:
      'The table, perhaps as SCHEMA.TABLE; the placeholder of the default stands for the topic, whose dots part schema and table.',
    importance: 'medium',
    width: 'long',
  },
  'pk.mode': {
    ...mapping,
    type: 'string',
    default: 'none',
    oneOf: ['none', 'kafka', 'record_key', 'record_value'],
    about:
      'What the primary key is made of: nothing, topic-partition-offset, the record key, or fields of the value.',
    importance: 'high',
    dependents: ['pk.fields'],
  },
  'pk.fields': {
    ...mapping,
    type: 'list',
    default: '',
    about:
      'The columns of the key. Empty: all fields of key or value; for a plain record key, the one column it goes to.',
    importance: 'medium',
    width: 'long',
  },
  'fields.whitelist': {
    ...mapping,
    type: 'list',
    default: '',
    about: "The value's fields that are written besides the key's; empty for all.",
    importance: 'medium',
    width: 'long',
  },
  'db.timezone': {
    ...mapping,
    type: 'string',
    default: 'UTC',
    about: 'The time zone in which columns without one are written.',
    importance: 'medium',
  },
  'date.timezone': {
    ...mapping,
    type: 'string',
    default: 'db_timezone',
    oneOf: ['db_timezone', 'utc'],
    about: 'The time zone in which dates are written; utc never moves them to another day.',
    importance: 'low',
  },
  'timestamp.fields.list': {
    ...mapping,
    type: 'list',
    default: '',
    about: 'Whole numbers, or their texts, that count time since the epoch and go to time columns.',
    importance: 'medium',
  },
  'timestamp.precision.mode': {
    ...mapping,
    type: 'string',
    default: 'microseconds',
    oneOf: ['microseconds', 'nanoseconds'],
    about: 'What the fields of timestamp.fields.list count.',
    importance: 'low',
  },
  'date.calendar.system': {
    ...mapping,
    type: 'string',
    default: 'LEGACY',
    oneOf: ['LEGACY', 'PROLEPTIC_GREGORIAN'],
    about: 'Accepted; dates are Gregorian throughout, so both mean the same from 1582 on.',
    importance: 'low',
  },
  'string.output.value.column.name': {
    ...mapping,
    type: 'string',
    default: 'record_value',
    about: 'The column of values that are plain texts.',
    importance: 'low',
  },
  'auto.create': {
    ...tables,
    type: 'boolean',
    default: 'false',
    about: 'Whether a missing table is created.',
    importance: 'medium',
  },
  'auto.evolve': {
    ...tables,
    type: 'boolean',
    default: 'false',
    about: 'Whether missing columns are added; columns are never changed or dropped.',
    importance: 'medium',
  },
  'quote.sql.identifiers': {
    ...tables,
    type: 'string',
    default: 'always',
    oneOf: ['always', 'never'],
    about: 'Whether names of tables and columns are quoted.',
    importance: 'medium',
  },
  'max.retries': {
    ...retries,
    type: 'int',
    default: '10',
    least: 0,
    about: 'How often records are tried again while the database is away, before the task fails.',
    importance: 'medium',
  },
  'retry.backoff.ms': {
    ...retries,
    type: 'int',
    default: '3000',
    least: 0,
    about: 'How long to wait before each of these attempts.',
    importance: 'medium',
  },
  'trim.sensitive.log': {
    ...retries,
    type: 'boolean',
    default: 'false',
    about: "Whether the database's own words, which can hold values, are left out of errors.",
    importance: 'low',
  },
  'mssql.use.merge.holdlock': {
    ...writes,
    type: 'boolean',
    default: 'true',
    about: 'Accepted; it concerns SQL Server only.',
    importance: 'low',
  },
} as const satisfies Options
