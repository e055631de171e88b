/**
 * `com.github.jcustenborder.kafka.connect.redis.RedisSinkConnector`, with its keys, and `RedisSink` with
 * those of Confluent Cloud: a record's key and value are a key and its value in Redis.
 */
import { type SinkRecord, sink, type ValuesOf } from '../../connect/kit/index.ts'
import { inputFormats } from '../cloud.ts'
import { type Address, parseHost } from './address.ts'
import { bytesOf, type Charset, keyBytesOf } from './bytes.ts'
import { keyValueOptions } from './options.ts'
import type { Command } from './session.ts'
import { openRedisSink } from './task.ts'

const options = { ...keyValueOptions, ...inputFormats }

type Values = ValuesOf<typeof options>

export const redisKeyValueSink = sink({
  kind: 'sink',
  names: ['com.github.jcustenborder.kafka.connect.redis.RedisSinkConnector', 'RedisSink'],
  version: '1',
  about: "Sets each record's key to its value in Redis; without a value the key is deleted.",
  options,
  open: async (context) => {
    const charset = context.values['redis.charset'] as Charset
    return await openRedisSink(context, {
      address: addressOf(context.values),
      offsetKeyPrefix: '__kafka.offset',
      commandsOf: (record) => [commandOf(record, charset)],
    })
  },
})

function commandOf({ key, value }: SinkRecord, charset: Charset): Command {
  const keyBytes = keyBytesOf(key, charset)
  if (value === null || value === undefined) return ['DEL', keyBytes]
  return ['SET', keyBytes, bytesOf(value, 'value', charset)]
}

function addressOf(values: Values): Address {
  const [first = ''] = values['redis.hosts']
  const named = values['redis.hostname']
  const place =
    named === undefined
      ? (parseHost(first) ?? { host: first, port: values['redis.portnumber'] })
      : { host: named, port: values['redis.portnumber'] }
  const isSecure = values['redis.ssl.enabled'] || values['redis.ssl.mode'] !== 'disabled'
  return {
    ...place,
    userName: values['redis.username'],
    password: values['redis.server.password'] ?? values['redis.password'],
    database: values['redis.database'],
    tls: isSecure
      ? {
          authorities: values['redis.ssl.truststore.path'],
          certificate: values['redis.ssl.keystore.path'],
          key: values['redis.ssl.keystore.path'],
          passphrase: values['redis.ssl.keystore.password'],
          insecure: false,
        }
      : undefined,
    connectTimeoutMs: values['redis.socket.connect.timeout.ms'],
    operationTimeoutMs: values['redis.operation.timeout.ms'],
    attempts: values['redis.connection.attempts'],
    retryDelayMs: values['redis.connection.retry.delay.ms'],
  }
}
