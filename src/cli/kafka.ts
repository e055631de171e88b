/** How commands reach Kafka, and the option that says where it is. */
import { KafkaClient } from '../client/index.ts'
import { cliError } from './errors.ts'
import type { Terminal } from './terminal.ts'

export const brokersOption = {
  brokers: {
    type: 'string',
    short: 'b',
    value: 'HOST:PORT,…',
    about: 'The brokers to ask first (default LEAT_BROKERS, else 127.0.0.1:9092).',
    example: '-b kafka-1:9092,kafka-2:9092',
  },
} as const

export function openKafka(
  options: { readonly brokers?: string },
  { environment }: Terminal,
): KafkaClient {
  const brokers = options.brokers ?? environment.LEAT_BROKERS ?? '127.0.0.1:9092'
  return new KafkaClient({
    brokers: brokers.split(',').map((one) => one.trim()),
    clientId: 'leat-cli',
  })
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
