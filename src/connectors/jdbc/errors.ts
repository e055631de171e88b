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
    says: ({ attempts, why }: { attempts: number; why: string }) =>
      `The database did not take the records in ${attempts} attempts (max.retries): ${why}`,
  },
  'engine-without-transactions': {
    says: ({ table }: { table: string }) =>
      `Table ${table} is kept by an engine without transactions, so consistency=exactly-once cannot hold: convert it by ALTER TABLE … ENGINE=InnoDB, or use at-least-once.`,
  },
  'taken-over': {
    says: ({ topic, partition }: { topic: string; partition: number }) =>
      `Another task has taken over ${topic}-${partition}; what this one held was not written.`,
  },
})
