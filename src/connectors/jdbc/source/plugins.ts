import { source } from '../../../connect/kit/index.ts'
import { outputFormats } from '../../cloud.ts'
import {
  addressOfForm,
  addressOfUrl,
  addressProblems,
  formOptions,
  patienceOf,
  urlOptions,
} from '../options/connection.ts'
import { derivedModeOption, modeOption, sourceOptions } from '../options/source.ts'
import { planSource } from './plan.ts'
import { sourceProblems } from './settings.ts'
import { openSource } from './task.ts'

const version = '1'

export const jdbcSource = source({
  kind: 'source',
  names: ['io.confluent.connect.jdbc.JdbcSourceConnector'],
  version,
  about: 'Reads the rows of MySQL, MariaDB or PostgreSQL as records.',
  options: { ...urlOptions, ...modeOption, ...sourceOptions },
  check: (values) => ({ ...addressProblems(values), ...sourceProblems(values) }),
  plan: (values, mostTasks, context) =>
    planSource(values, mostTasks, context, addressOfUrl(values), patienceOf(values)),
  open: (context) => openSource(context, addressOfUrl(context.values), patienceOf(context.values)),
})

export const mysqlSource = source({
  kind: 'source',
  names: ['MySqlSource'],
  version,
  about: 'Reads the rows of MySQL or MariaDB as records; the keys are those of Confluent Cloud.',
  options: { ...formOptions('mysql'), ...derivedModeOption, ...sourceOptions, ...outputFormats },
  check: sourceProblems,
  plan: (values, mostTasks, context) =>
    planSource(values, mostTasks, context, addressOfForm('mysql', values), patienceOf(values)),
  open: (context) =>
    openSource(context, addressOfForm('mysql', context.values), patienceOf(context.values)),
})

export const postgresSource = source({
  kind: 'source',
  names: ['PostgresSource'],
  version,
  about: 'Reads the rows of PostgreSQL as records; the keys are those of Confluent Cloud.',
  options: {
    ...formOptions('postgresql'),
    ...derivedModeOption,
    ...sourceOptions,
    ...outputFormats,
  },
  check: sourceProblems,
  plan: (values, mostTasks, context) =>
    planSource(values, mostTasks, context, addressOfForm('postgresql', values), patienceOf(values)),
  open: (context) =>
    openSource(context, addressOfForm('postgresql', context.values), patienceOf(context.values)),
})
