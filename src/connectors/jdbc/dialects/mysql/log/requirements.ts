import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import { jdbcError } from '../../../errors.ts'
import type { Session } from '../../../session.ts'
import type { LogSettings } from '../../log.ts'
import { isMariadb, placeNow } from './places.ts'

interface Requirement {
  readonly variable: string
  readonly isMet: (value: string | undefined) => boolean
  readonly cure: string
}

const again = 'and keep it in the [mysqld] section; connections that are open keep what they had.'

/** What a binlog must have so that each change can be read of it, long after the table has changed. */
const requirements: readonly Requirement[] = [
  {
    variable: 'log_bin',
    isMet: (value) => value === 'ON',
    cure: 'Write log_bin and a server_id into the [mysqld] section and restart the server.',
  },
  {
    variable: 'binlog_format',
    isMet: (value) => value === undefined || value === 'ROW',
    cure: `Run SET GLOBAL binlog_format = 'ROW', ${again}`,
  },
  {
    variable: 'binlog_row_image',
    isMet: (value) => value === 'FULL',
    cure: `Run SET GLOBAL binlog_row_image = 'FULL', ${again}`,
  },
  {
    variable: 'binlog_row_metadata',
    isMet: (value) => value === 'FULL',
    cure: `Run SET GLOBAL binlog_row_metadata = 'FULL', and keep it in the [mysqld] section; it needs MySQL 8.0 or MariaDB 10.5.`,
  },
  {
    variable: 'binlog_row_value_options',
    isMet: (value = '') => value === '',
    cure: `Run SET GLOBAL binlog_row_value_options = '', ${again}`,
  },
  {
    variable: 'binlog_transaction_compression',
    isMet: (value = 'OFF') => value === 'OFF',
    cure: `Run SET GLOBAL binlog_transaction_compression = OFF, ${again}`,
  },
]

export async function prepareMysqlLog(
  session: Session,
  _settings: LogSettings,
  place: OffsetJson | undefined,
): Promise<OffsetJson> {
  const listed = requirements.map(({ variable }) => `'${variable}'`).join()
  const rows = await session.ask({ sql: `SHOW VARIABLES WHERE variable_name IN (${listed})` })
  const values = new Map(rows.map(([name, value]) => [`${name}`, `${value}`]))
  const unmet = requirements.find(({ variable, isMet }) => !isMet(values.get(variable)))
  if (unmet !== undefined) {
    const { variable, cure } = unmet
    throw jdbcError('log-unfit', {
      why: `its ${variable} is ${values.get(variable) ?? 'unknown'}.`,
      cure,
    })
  }
  return place ?? (await placeNow(session, await isMariadb(session)))
}
