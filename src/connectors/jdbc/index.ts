/**
 * Databases that speak SQL: MySQL, MariaDB and PostgreSQL, under the names and keys of Confluent's JDBC
 * connectors and of its cloud.
 *
 * A sink writes each batch in one transaction, in as few statements as there are tables and schemas;
 * it makes tables and columns where it may. With `consistency=exactly-once` its positions are in the
 * same transaction.
 *
 * A source finds new rows by a time, by a growing number, or by both, and waits with those among which
 * an open transaction could still put another.
 *
 * With `mode=log` it follows the log of the database instead (`log/`): each table is read once, then every
 * change is told, in the order of the transactions.
 *
 * What differs between databases is in `dialects/`, one folder each; everything
 * else is said once.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { jdbcSink, mysqlSink, postgresSink } from './sink/plugins.ts'
import { jdbcSource, mysqlSource, postgresSource } from './source/plugins.ts'

export const jdbcPlugins: readonly Plugin[] = [
  ...[jdbcSink, mysqlSink, postgresSink],
  ...[jdbcSource, mysqlSource, postgresSource],
]
