import { source } from '../../../connect/kit/index.ts'
import { outputFormats } from '../../cloud.ts'
import type { System } from '../address.ts'
import {
  addressOfForm,
  addressOfUrl,
  addressProblems,
  formOptions,
  patienceOf,
  urlOptions,
} from '../options/connection.ts'
import { logOptions, mysqlLogOptions, postgresqlLogOptions } from '../options/log.ts'
import { derivedModeOption, modeOption, sourceOptions } from '../options/source.ts'
import { planSource, tablesAlone } from './plan.ts'
import { sourceProblems } from './settings.ts'
import { openSource } from './task.ts'

const version = '1'

const logOptionsOf = { mysql: mysqlLogOptions, postgresql: postgresqlLogOptions } as const

export const jdbcSource = source({
  kind: 'source',
  names: ['io.confluent.connect.jdbc.JdbcSourceConnector'],
  version,
  about: 'Reads the rows of MySQL, MariaDB or PostgreSQL as records.',
  options: {
    ...{ ...urlOptions, ...modeOption, ...sourceOptions },
    ...{ ...logOptions, ...mysqlLogOptions, ...postgresqlLogOptions },
  },
  check: (values) => ({ ...addressProblems(values), ...sourceProblems(values) }),
  plan: (values, mostTasks, context) =>
    planSource(values, mostTasks, context, addressOfUrl(values), patienceOf(values)),
  aloneWith: tablesAlone,
  open: (context) => openSource(context, addressOfUrl(context.values), patienceOf(context.values)),
})

export const mysqlSource = cloudSource('MySqlSource', 'mysql', 'MySQL or MariaDB')

export const postgresSource = cloudSource('PostgresSource', 'postgresql', 'PostgreSQL')

function cloudSource(name: string, system: System, databases: string) {
  return source({
    kind: 'source',
    names: [name],
    version,
    about: `Reads the rows of ${databases} as records; the keys are those of Confluent Cloud.`,
    options: {
      ...{ ...formOptions(system), ...derivedModeOption, ...sourceOptions },
      ...{ ...logOptions, ...logOptionsOf[system], ...outputFormats },
    },
    check: sourceProblems,
    plan: (values, mostTasks, context) =>
      planSource(values, mostTasks, context, addressOfForm(system, values), patienceOf(values)),
    aloneWith: tablesAlone,
    open: (context) =>
      openSource(context, addressOfForm(system, context.values), patienceOf(context.values)),
  })
}
