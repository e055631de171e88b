import { catalogue } from '../../base/errors.ts'

/** What ends a task: somebody must act, and this says how. */
export const jdbcError = catalogue({
  'url-invalid': {
    says: ({ why }: { why: string }) =>
      `connection.url cannot be used: ${why} Write jdbc:mysql://HOST:3306/DATABASE, jdbc:mariadb://HOST:3306/DATABASE or jdbc:postgresql://HOST:5432/DATABASE.`,
  },
  'setting-unsupported': {
    says: ({ name, value, cure }: { name: string; value: string; cure: string }) =>
      `${name}=${value} is not supported: ${cure}`,
  },
  'table-name-invalid': {
    says: ({ text, topic }: { text: string; topic: string }) =>
      `Topic '${topic}' gives the table name '${text}', which is none: write table.name.format as TABLE, SCHEMA.TABLE or with \${topic}, or rename the topic by a RegexRouter transform.`,
  },
  'table-missing': {
    says: ({ table }: { table: string }) =>
      `Table ${table} does not exist and auto.create is false: create it, or set auto.create to true.`,
  },
  'view-unexpected': {
    says: ({ table }: { table: string }) =>
      `${table} is a view, and table.types does not name VIEW: add it, or write to a table.`,
  },
  'key-fields-invalid': {
    says: ({ why }: { why: string }) => `pk.fields does not fit pk.mode: ${why}`,
  },
  'statement-refused': {
    says: ({ doing, why, cure }: { doing: string; why: string; cure: string }) =>
      `The database refused ${doing}: ${why}. ${cure}`,
  },
  'retries-exhausted': {
    says: ({ attempts, setting, why }: { attempts: number; setting: string; why: string }) =>
      `The database was away in ${attempts} attempts, and more are not allowed (${setting}): ${why}`,
  },
  'engine-without-transactions': {
    says: ({ table }: { table: string }) =>
      `Table ${table} is kept by an engine without transactions, so consistency=exactly-once cannot hold: convert it by ALTER TABLE … ENGINE=InnoDB, or use at-least-once.`,
  },
  'value-unreadable': {
    says: ({ column, type }: { column: string; type: string }) =>
      `A value of column '${column}' (${type}) is none that a record can hold: leave the column out by a query, or cast it there.`,
  },
  'tables-alike': {
    says: ({ tables }: { tables: string }) =>
      `Several tables would share a topic, because they differ in their schema only: ${tables}. Choose one of each name by table.whitelist or schema.pattern.`,
  },
  'column-missing': {
    says: ({ table, column }: { table: string; column: string }) =>
      `${table} has no column '${column}' to find new rows by: correct incrementing.column.name or timestamp.column.name.`,
  },
  'column-nullable': {
    says: ({ table, column }: { table: string; column: string }) =>
      `Column '${column}' of ${table} may be null, and such rows would never be read: make it NOT NULL, or set validate.non.null to false.`,
  },
  'no-counting-column': {
    says: ({ table }: { table: string }) =>
      `${table} has no column that counts by itself: name the one that grows in incrementing.column.name.`,
  },
  'log-unfit': {
    says: ({ why, cure }: { why: string; cure: string }) =>
      `mode=log cannot follow the changes of this database: ${why} ${cure}`,
  },
  'log-lost': {
    says: ({ why }: { why: string }) =>
      `The log is not there any more from where reading must go on, so changes would be missing: ${why} Stop the connector, reset its offsets, and start it again: it then reads the tables anew. Let the database keep its log longer than the connector may stand still.`,
  },
  'log-unreadable': {
    says: ({ why }: { why: string }) =>
      `The log of the database holds what cannot be read: ${why} Leave the table out, or use another mode.`,
  },
  'taken-over': {
    says: ({ topic, partition }: { topic: string; partition: number }) =>
      `Another task has taken over ${topic}-${partition}; what this one held was not written.`,
  },
})
