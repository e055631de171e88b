import { sink } from '../../../connect/kit/index.ts'
import { inputFormats } from '../../cloud.ts'
import type { System } from '../address.ts'
import {
  addressOfForm,
  addressOfUrl,
  addressProblems,
  formOptions,
  patienceOf,
  urlOptions,
} from '../options/connection.ts'
import { sinkOptions } from '../options/sink.ts'
import { sinkProblems } from './settings.ts'
import { openSink } from './task.ts'

const version = '1'

export const jdbcSink = sink({
  kind: 'sink',
  names: ['io.confluent.connect.jdbc.JdbcSinkConnector'],
  version,
  about: 'Writes records as rows of MySQL, MariaDB or PostgreSQL.',
  options: { ...urlOptions, ...sinkOptions },
  check: (values) => ({ ...addressProblems(values), ...sinkProblems(values) }),
  open: (context) => openSink(context, addressOfUrl(context.values), patienceOf(context.values)),
})

export const mysqlSink = cloudSink('MySqlSink', 'mysql', 'MySQL or MariaDB')

export const postgresSink = cloudSink('PostgresSink', 'postgresql', 'PostgreSQL')

function cloudSink(name: string, system: System, databases: string) {
  return sink({
    kind: 'sink',
    names: [name],
    version,
    about: `Writes records as rows of ${databases}; the keys are those of Confluent Cloud.`,
    options: { ...formOptions(system), ...sinkOptions, ...inputFormats },
    check: sinkProblems,
    open: (context) =>
      openSink(context, addressOfForm(system, context.values), patienceOf(context.values)),
  })
}
