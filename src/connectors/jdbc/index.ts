/**
 * Databases that speak SQL: MySQL, MariaDB and PostgreSQL, under the names and keys of Confluent's JDBC
 * connectors and of its cloud.
 *
 * A sink writes each batch in one transaction, in as few statements as there are tables and schemas;
 * it makes tables and columns where it may. With `consistency=exactly-once` its positions are in the
 * same transaction. What differs between databases is in `dialects/`, one folder each; everything
 * else is said once.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { jdbcSink, mysqlSink, postgresSink } from './sink/plugins.ts'

export const jdbcPlugins: readonly Plugin[] = [jdbcSink, mysqlSink, postgresSink]
