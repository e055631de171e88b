import { LeatError } from '../../../base/errors.ts'
import type { Options, ValuesOf } from '../../../connect/kit/index.ts'
import {
  type Address,
  connectTimeoutMs,
  defaultPorts,
  parseJdbcUrl,
  type System,
} from '../address.ts'
import { jdbcError } from '../errors.ts'
import { tlsOf, tlsWords } from '../tls.ts'

const group = 'Connection'

/** What both families of names share. */
const shared = {
  'connection.user': {
    type: 'string',
    default: null,
    about: 'The user of the database.',
    importance: 'high',
    group,
  },
  'connection.password': {
    type: 'password',
    default: null,
    about: "The user's password.",
    importance: 'high',
    group,
  },
  'connection.attempts': {
    type: 'int',
    default: '3',
    least: 1,
    about: 'How often a connection is tried before the task fails.',
    importance: 'low',
    group,
  },
  'connection.backoff.ms': {
    type: 'long',
    default: '10000',
    least: 0,
    about: 'How long to wait between attempts to connect.',
    importance: 'low',
    group,
  },
} as const satisfies Options

const onlyCredentials = 'io.confluent.connect.jdbc.util.DefaultJdbcCredentialsProvider'

/** Kafka Connect's own names. */
export const urlOptions = {
  'connection.url': {
    type: 'string',
    about:
      'Where the database is: jdbc:mysql://HOST:3306/DATABASE, jdbc:mariadb://… or jdbc:postgresql://HOST:5432/DATABASE, with parameters such as ?sslMode=REQUIRED.',
    importance: 'high',
    group,
    width: 'long',
  },
  ...shared,
  'dialect.name': {
    type: 'string',
    default: '',
    oneOf: ['', 'MySqlDatabaseDialect', 'PostgreSqlDatabaseDialect'],
    about: 'The database, where connection.url should not decide it.',
    importance: 'low',
    group,
  },
  'jdbc.credentials.provider.class': {
    type: 'string',
    default: onlyCredentials,
    oneOf: [onlyCredentials],
    about: 'Classes of Java cannot be loaded; user and password come from the configuration.',
    importance: 'low',
    group,
  },
} as const satisfies Options

/** Confluent Cloud's names; the plugin says which database it is. */
export function formOptions<const Of extends System>(system: Of) {
  return {
    'connection.host': {
      type: 'string',
      about: 'The host of the database.',
      importance: 'high',
      group,
    },
    'connection.port': {
      type: 'int',
      default: `${defaultPorts[system]}`,
      least: 1,
      most: 65535,
      about: 'Its port.',
      importance: 'high',
      group,
    },
    ...shared,
    'db.name': {
      type: 'string',
      about: 'The database on that host.',
      importance: 'high',
      group,
    },
    'ssl.mode': {
      type: 'string',
      default: 'prefer',
      oneOf: tlsWords,
      about: 'Whether the connection is encrypted, and whether the host must prove who it is.',
      importance: 'medium',
      group,
    },
    'ssl.rootcertfile': {
      type: 'string',
      default: null,
      about:
        'Who signed the certificate of the host: a file in PEM format, its text, or an upload.',
      importance: 'low',
      group,
    },
  } as const satisfies Options
}

export type UrlValues = ValuesOf<typeof urlOptions>
export type FormValues = ValuesOf<ReturnType<typeof formOptions>>

/** How often and how patiently to connect. */
export interface Patience {
  readonly attempts: number
  readonly backoffMs: number
}

export function patienceOf(values: UrlValues | FormValues): Patience {
  return { attempts: values['connection.attempts'], backoffMs: values['connection.backoff.ms'] }
}

const dialects: Readonly<Record<string, System>> = {
  mysqldatabasedialect: 'mysql',
  postgresqldatabasedialect: 'postgresql',
}

export function addressOfUrl(values: UrlValues): Address {
  const address = parseJdbcUrl(
    values['connection.url'],
    values['connection.user'],
    values['connection.password'],
  )
  const named = values['dialect.name']
  const system = dialects[named.toLowerCase()] ?? address.system
  if (system === address.system) return address
  const cure = `connection.url names a ${address.system} server; leave dialect.name out.`
  throw jdbcError('setting-unsupported', { name: 'dialect.name', value: named, cure })
}

export function addressOfForm(system: System, values: FormValues): Address {
  return {
    system,
    host: values['connection.host'],
    port: values['connection.port'],
    database: values['db.name'],
    user: values['connection.user'],
    password: values['connection.password'],
    tls: tlsOf('ssl.mode', values['ssl.mode'], values['ssl.rootcertfile']),
    searchPath: undefined,
    connectTimeoutMs,
    unheeded: [],
  }
}

/** What is wrong with the address, by option. */
export function addressProblems(values: UrlValues): Record<string, string[]> {
  try {
    addressOfUrl(values)
    return {}
  } catch (error) {
    if (!(error instanceof LeatError)) throw error
    return { 'connection.url': [error.message] }
  }
}
