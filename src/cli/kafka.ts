/** How commands reach Kafka, and the options that say where it is and who they are. */
import { readFileSync } from 'node:fs'
import { systemCode } from '../base/errors.ts'
import { parseProperties } from '../base/java-properties.ts'
import { KafkaClient, type KafkaClientOptions } from '../client/index.ts'
import { securityOfProperties } from '../client/security/index.ts'
import type { ValuesOf } from './command.ts'
import { cliError } from './errors.ts'
import type { Terminal } from './terminal.ts'

export const kafkaOptions = {
  brokers: {
    type: 'string',
    short: 'b',
    value: 'HOST:PORT,…',
    about:
      'The brokers to ask first (default: those of --command-config, else LEAT_BROKERS, else 127.0.0.1:9092).',
    example: '-b kafka-1:9092,kafka-2:9092',
  },
  'command-config': {
    type: 'string',
    value: 'FILE',
    about:
      "TLS and login in Kafka's and Confluent's own keys: a properties file, or JSON such as cred.json (default LEAT_COMMAND_CONFIG).",
    example: '--command-config client-ssl.properties',
  },
} as const

export function openKafka(options: KafkaOptions, terminal: Terminal): KafkaClient {
  return new KafkaClient(wayToKafka(options, terminal))
}

type KafkaOptions = ValuesOf<typeof kafkaOptions>

/** Where Kafka is, and how one gets in. Throws 'usage' or 'failed' for a file that does not say. */
export function wayToKafka(options: KafkaOptions, terminal: Terminal): KafkaClientOptions {
  const { environment } = terminal
  const properties = propertiesOf(options, terminal)
  const brokers =
    options.brokers ??
    properties['bootstrap.servers'] ??
    environment.LEAT_BROKERS ??
    '127.0.0.1:9092'
  return {
    brokers: brokers.split(',').map((one) => one.trim()),
    clientId: properties['client.id'] ?? 'leat-cli',
    security: securityOfProperties(properties),
  }
}

/** What the file of --command-config says; nothing where there is none. Throws 'failed'. */
export function propertiesOf(
  options: Pick<KafkaOptions, 'command-config'>,
  { environment }: Terminal,
): Record<string, string> {
  const file = options['command-config'] ?? environment.LEAT_COMMAND_CONFIG
  return file === undefined ? {} : readProperties(file)
}

/** Keys and values of a properties file, or of JSON. */
export function readProperties(file: string): Record<string, string> {
  try {
    const text = readFileSync(file, 'utf8')
    if (!text.trimStart().startsWith('{')) return parseProperties(text)
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
    return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]))
  } catch (cause) {
    // What JSON says of a text quotes it, and there are secrets in it.
    const why = systemCode(cause) ?? 'it begins as JSON and is none'
    throw cliError('failed', { problem: `'${file}' cannot be read (${why}).` })
  }
}

/** The topics by their names; throws where one is not there. */
export async function topicsOf(client: KafkaClient, names: readonly string[]) {
  const topics = await client.topics(names)
  for (const { error } of topics) if (error !== undefined) throw error
  return topics
}

/** Reads `name=value` pairs, as options give them. */
export function readPairs(option: string, pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)]
      throw cliError('usage', { problem: `'--${option}' is '${pair}'; write NAME=VALUE.` })
    }),
  )
}
