import type { Fault } from '../dialect.ts'

/** MySQL's and MariaDB's error numbers, as data; by SQLSTATE where a number is not listed. */
const kindsByNumber: Readonly<Record<Fault['kind'], readonly number[]>> = {
  gone: [
    1020, 1021, 1037, 1038, 1040, 1041, 1042, 1053, 1077, 1105, 1114, 1129, 1135, 1158, 1159, 1160,
    1161, 1180, 1203, 1205, 1206, 1213, 1226, 1290, 1317, 1412, 1613, 1614, 1615, 1637, 1792, 1836,
    1927, 1969, 2006, 2013, 3024, 3032, 3058, 3572, 4031,
  ],
  refused: [
    1048, 1062, 1118, 1138, 1153, 1216, 1217, 1263, 1264, 1265, 1292, 1364, 1366, 1367, 1406, 1411,
    1416, 1451, 1452, 1526, 1557, 1586, 1644, 1690, 1761, 1762, 3140, 3819, 4025, 4161,
  ],
  stale: [1054, 1146],
  exists: [1050, 1060],
  fatal: [],
}

const kindsByState: readonly (readonly [state: string, kind: Fault['kind']])[] = [
  ['08', 'gone'],
  ['40', 'gone'],
  ['22', 'refused'],
  ['23', 'refused'],
]

const kinds = new Map<number, Fault['kind']>(
  Object.entries(kindsByNumber).flatMap(([kind, numbers]) =>
    numbers.map((number) => [number, kind as Fault['kind']] as const),
  ),
)

interface DriverError extends Error {
  readonly errno?: number
  readonly code?: string
  readonly sqlState?: string
  readonly sqlMessage?: string
}

export function faultOfMysql(error: unknown): Fault {
  const { errno, code, sqlState, sqlMessage, message } = error as DriverError
  // Words of the server have a state; everything else went wrong on the way to it.
  if (sqlState === undefined && (typeof errno !== 'number' || errno < 1000)) {
    const kind = noConnectionEver.includes(code ?? '') ? 'fatal' : 'gone'
    return { kind, code: code ?? 'no connection', words: message }
  }
  const byState = kindsByState.find(([state]) => sqlState?.startsWith(state) === true)
  const kind = kinds.get(errno ?? 0) ?? byState?.[1] ?? 'fatal'
  return { kind, code: code ?? `${errno}`, words: sqlMessage ?? message }
}

/** What no waiting cures. */
const noConnectionEver: readonly string[] = [
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
  'AUTH_SWITCH_PLUGIN_ERROR',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]
