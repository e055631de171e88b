import { sink } from '../../../connect/kit/index.ts'
import { inputFormats } from '../../cloud.ts'
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

export const mysqlSink = sink({
  kind: 'sink',
  names: ['MySqlSink'],
  version,
  about: 'Writes records as rows of MySQL or MariaDB; the keys are those of Confluent Cloud.',
  options: { ...formOptions('mysql'), ...sinkOptions, ...inputFormats },
  check: sinkProblems,
  open: (context) =>
    openSink(context, addressOfForm('mysql', context.values), patienceOf(context.values)),
})

export const postgresSink = sink({
  kind: 'sink',
  names: ['PostgresSink'],
  version,
  about: 'Writes records as rows of PostgreSQL; the keys are those of Confluent Cloud.',
  options: { ...formOptions('postgresql'), ...sinkOptions, ...inputFormats },
  check: sinkProblems,
  open: (context) =>
    openSink(context, addressOfForm('postgresql', context.values), patienceOf(context.values)),
})
