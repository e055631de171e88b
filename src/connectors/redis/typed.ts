/** `com.redis.kafka.connect.RedisSinkConnector`: records as strings, hashes, streams, lists or sets. */
import { BadRecordError, type SinkRecord, sink, type ValuesOf } from '../../connect/kit/index.ts'
import { type Address, parseUri } from './address.ts'
import { bytesOf, type Charset, keyBytesOf } from './bytes.ts'
import { fieldsOf } from './fields.ts'
import { type redisTypes, topicToken, typedOptions } from './options.ts'
import type { Command } from './session.ts'
import { openRedisSink } from './task.ts'

type Values = ValuesOf<typeof typedOptions>
type RedisType = (typeof redisTypes)[number]

export const redisTypedSink = sink({
  kind: 'sink',
  names: ['com.redis.kafka.connect.RedisSinkConnector'],
  version: '1',
  about: 'Writes records to Redis as strings, hashes, streams, lists, sets or sorted sets.',
  options: typedOptions,
  open: async (context) => {
    const { values } = context
    const commandsOf = writers[values['redis.type'] as RedisType]
    return await openRedisSink(context, {
      address: addressOf(values),
      offsetKeyPrefix: 'com.redis.kafka.connect.sink.offset',
      commandsOf: (record) => commandsOf(record, values),
    })
  },
})

type Writer = (record: SinkRecord, values: Values) => readonly Command[]

/** Without a value a record takes away what the one before it with its key has put there. */
const writers: Readonly<Record<RedisType, Writer>> = {
  STRING: (record, values) => {
    const key = ownKey(record, values)
    if (isNone(record.value)) return [['DEL', key]]
    const value = bytesOf(record.value, 'value', charsetOf(values))
    const ttl = values['redis.key.ttl']
    return [['SET', key, value, ...(ttl > 0 ? ['EX', String(ttl)] : [])]]
  },
  HASH: (record, values) => {
    const key = ownKey(record, values)
    if (isNone(record.value)) return [['DEL', key]]
    const fields = fieldsOf(record, charsetOf(values))
    const ttl = values['redis.key.ttl']
    return [['HSET', key, ...fields], ...(ttl > 0 ? [['EXPIRE', key, String(ttl)]] : [])]
  },
  STREAM: (record, values) => [
    ['XADD', collection(record, values), '*', ...fieldsOf(record, charsetOf(values))],
  ],
  LIST: (record, values) => {
    const list = collection(record, values)
    const member = keyBytesOf(record.key, charsetOf(values))
    return [isNone(record.value) ? ['LREM', list, '0', member] : ['RPUSH', list, member]]
  },
  SET: (record, values) => {
    const member = keyBytesOf(record.key, charsetOf(values))
    return [[isNone(record.value) ? 'SREM' : 'SADD', collection(record, values), member]]
  },
  ZSET: (record, values) => {
    const set = collection(record, values)
    const member = keyBytesOf(record.key, charsetOf(values))
    if (isNone(record.value)) return [['ZREM', set, member]]
    return [['ZADD', set, scoreOf(record.value), member]]
  },
}

/** The key of a record within its keyspace. */
function ownKey({ topic, key }: SinkRecord, values: Values): Buffer {
  const bytes = keyBytesOf(key, charsetOf(values))
  const keyspace = keyspaceOf(topic, values)
  if (keyspace === '') return bytes
  return Buffer.concat([Buffer.from(`${keyspace}${values['redis.separator']}`), bytes])
}

function collection({ topic }: SinkRecord, values: Values): string {
  return keyspaceOf(topic, values)
}

function keyspaceOf(topic: string, values: Values): string {
  return values['redis.keyspace'].replaceAll(topicToken, () => topic)
}

function scoreOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new BadRecordError('the value of a record is no number, so it is no score of a sorted set')
}

function charsetOf(values: Values): Charset {
  return values['redis.charset'] as Charset
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined
}

function addressOf(values: Values): Address {
  const uri = values['redis.uri'] === undefined ? undefined : parseUri(values['redis.uri'])
  const isSecure = values['redis.tls'] || uri?.isSecure === true
  const timeoutMs = values['redis.timeout'] * 1000
  return {
    host: uri?.host ?? values['redis.host'],
    port: uri?.port ?? values['redis.port'],
    userName: uri?.userName ?? values['redis.username'],
    password: uri?.password ?? values['redis.password'],
    database: uri?.database ?? 0,
    tls: isSecure
      ? {
          authorities: values['redis.cacert'],
          certificate: values['redis.key.cert'],
          key: values['redis.key.file'],
          passphrase: values['redis.key.password'],
          insecure: values['redis.insecure'],
        }
      : undefined,
    connectTimeoutMs: Math.min(timeoutMs, 10_000),
    operationTimeoutMs: timeoutMs,
    attempts: 3,
    retryDelayMs: 2000,
  }
}
