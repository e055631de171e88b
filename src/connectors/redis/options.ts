import type { Options } from '../../connect/kit/index.ts'
import { parseHost } from './address.ts'
import { charsets } from './bytes.ts'

const connection = 'Connection'
const tls = 'TLS'
const withoutEffect = 'Accepted without effect.'

const charset = {
  'redis.charset': {
    type: 'string',
    default: 'UTF-8',
    oneOf: Object.keys(charsets),
    about: 'How texts are written.',
    importance: 'low',
  },
} as const satisfies Options

/** Both families of names of the sink of keys and values. */
export const keyValueOptions = {
  'redis.hosts': {
    type: 'list',
    default: 'localhost:6379',
    about: 'Where Redis is: HOST:PORT.',
    importance: 'high',
    group: connection,
    check: (hosts: readonly string[]) =>
      hosts.length === 1 && parseHost(hosts[0] ?? '') !== undefined
        ? undefined
        : 'write one HOST:PORT; clusters and sentinels are not supported',
  },
  'redis.hostname': {
    type: 'string',
    default: null,
    about: "The host of Redis, in Confluent Cloud's words; counts before redis.hosts.",
    importance: 'high',
    group: connection,
  },
  'redis.portnumber': {
    type: 'int',
    default: '6379',
    least: 1,
    most: 65535,
    about: 'The port beside redis.hostname.',
    importance: 'medium',
    group: connection,
  },
  'redis.client.mode': {
    type: 'string',
    default: 'Standalone',
    oneOf: ['Standalone'],
    about: 'One server; clusters are not supported.',
    importance: 'medium',
    group: connection,
  },
  'redis.database': {
    type: 'int',
    default: '1',
    least: 0,
    about: 'The number of the database.',
    importance: 'medium',
    group: connection,
  },
  'redis.username': {
    type: 'string',
    default: null,
    about: 'The user, where Redis has users (ACL).',
    importance: 'medium',
    group: connection,
  },
  'redis.password': {
    type: 'password',
    default: '',
    about: 'The password.',
    importance: 'medium',
    group: connection,
  },
  'redis.server.password': {
    type: 'password',
    default: null,
    about: "The password, in Confluent Cloud's words.",
    importance: 'medium',
    group: connection,
  },
  'redis.connection.attempts': {
    type: 'int',
    default: '3',
    least: 1,
    about: 'How often a connection is tried before the task fails.',
    importance: 'medium',
    group: connection,
  },
  'redis.connection.retry.delay.ms': {
    type: 'long',
    default: '2000',
    least: 100,
    about: 'How long to wait between attempts to connect.',
    importance: 'medium',
    group: connection,
  },
  'redis.operation.timeout.ms': {
    type: 'long',
    default: '10000',
    least: 100,
    about: 'How long an answer may take.',
    importance: 'medium',
    group: connection,
  },
  'redis.socket.connect.timeout.ms': {
    type: 'int',
    default: '10000',
    least: 1,
    about: 'How long connecting may take.',
    importance: 'low',
    group: connection,
  },
  'redis.ssl.enabled': {
    type: 'boolean',
    default: 'false',
    about: 'Whether the connection is encrypted.',
    importance: 'low',
    group: tls,
  },
  'redis.ssl.mode': {
    type: 'string',
    default: 'disabled',
    oneOf: ['disabled', 'enabled', 'server', 'server+client'],
    about: "The same in Confluent Cloud's words.",
    importance: 'low',
    group: tls,
  },
  'redis.ssl.truststore.path': {
    type: 'string',
    default: '',
    about: 'A PEM file of authorities to trust; without one those of the system.',
    importance: 'low',
    group: tls,
  },
  'redis.ssl.keystore.path': {
    type: 'string',
    default: '',
    about: "A PEM file with the client's certificate and key.",
    importance: 'low',
    group: tls,
  },
  'redis.ssl.keystore.password': {
    type: 'password',
    default: '',
    about: 'The password of that key.',
    importance: 'low',
    group: tls,
  },
  ...charset,
  'redis.auto.reconnect.enabled': {
    type: 'boolean',
    default: 'true',
    about: withoutEffect,
    importance: 'low',
  },
  'redis.request.queue.size': {
    type: 'int',
    default: '2147483647',
    about: withoutEffect,
    importance: 'low',
  },
  'redis.socket.tcp.no.delay.enabled': {
    type: 'boolean',
    default: 'true',
    about: withoutEffect,
    importance: 'low',
  },
  'redis.socket.keep.alive.enabled': {
    type: 'boolean',
    default: 'false',
    about: withoutEffect,
    importance: 'low',
  },
} as const satisfies Options

/** What stands for the topic's name in a keyspace. */
export const topicToken = `\${topic}`

export const redisTypes = ['STREAM', 'HASH', 'STRING', 'LIST', 'SET', 'ZSET'] as const

/** Of the sink of all types. */
export const typedOptions = {
  'redis.uri': {
    type: 'password',
    default: null,
    about: 'Where Redis is: redis://USER:PASSWORD@HOST:PORT/DATABASE, or rediss:// for TLS.',
    importance: 'medium',
    group: connection,
  },
  'redis.host': {
    type: 'string',
    default: 'localhost',
    about: 'The host of Redis, where there is no redis.uri.',
    importance: 'high',
    group: connection,
  },
  'redis.port': {
    type: 'int',
    default: '6379',
    least: 1,
    most: 65535,
    about: 'Its port.',
    importance: 'high',
    group: connection,
  },
  'redis.username': {
    type: 'string',
    default: '',
    about: 'The user, where Redis has users (ACL).',
    importance: 'medium',
    group: connection,
  },
  'redis.password': {
    type: 'password',
    default: '',
    about: 'The password.',
    importance: 'medium',
    group: connection,
  },
  'redis.cluster': {
    type: 'boolean',
    default: 'false',
    about: 'Clusters are not supported.',
    importance: 'medium',
    group: connection,
    check: (isCluster: boolean) => (isCluster ? 'clusters are not supported' : undefined),
  },
  'redis.timeout': {
    type: 'long',
    default: '60',
    least: 1,
    about: 'How many seconds an answer may take.',
    importance: 'medium',
    group: connection,
  },
  'redis.tls': {
    type: 'boolean',
    default: 'false',
    about: 'Whether the connection is encrypted.',
    importance: 'medium',
    group: tls,
  },
  'redis.insecure': {
    type: 'boolean',
    default: 'false',
    about: 'Whether any certificate is trusted.',
    importance: 'medium',
    group: tls,
  },
  'redis.cacert': {
    type: 'string',
    default: '',
    about: 'A PEM file of authorities to trust.',
    importance: 'medium',
    group: tls,
  },
  'redis.key.cert': {
    type: 'string',
    default: '',
    about: "A PEM file with the client's certificate.",
    importance: 'medium',
    group: tls,
  },
  'redis.key.file': {
    type: 'string',
    default: '',
    about: "A PEM file with the client's key.",
    importance: 'medium',
    group: tls,
  },
  'redis.key.password': {
    type: 'password',
    default: '',
    about: 'The password of that key.',
    importance: 'medium',
    group: tls,
  },
  'redis.type': {
    type: 'string',
    default: 'STREAM',
    oneOf: redisTypes,
    about: 'What records become in Redis.',
    importance: 'high',
  },
  'redis.keyspace': {
    type: 'string',
    default: topicToken,
    about: `What keys begin with, or the key of the stream, list or set; ${topicToken} is the topic.`,
    importance: 'high',
  },
  'redis.separator': {
    type: 'string',
    default: ':',
    about: 'What stands between the keyspace and the key of a record.',
    importance: 'medium',
  },
  'redis.key.ttl': {
    type: 'long',
    default: '-1',
    least: -1,
    about: 'After how many seconds strings and hashes expire; -1 is never.',
    importance: 'medium',
  },
  'redis.multiexec': {
    type: 'boolean',
    default: 'true',
    about: 'Accepted without effect: records and offsets are always written together.',
    importance: 'low',
  },
  'redis.pool': { type: 'int', default: '8', about: withoutEffect, importance: 'low' },
  ...charset,
} as const satisfies Options
