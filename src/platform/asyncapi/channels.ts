import type { Config } from '../config.ts'
import type { Channel } from './document.ts'

type Route = NonNullable<Config['mqtt']>['routes'][number]
type References = readonly { readonly $ref: string }[]

/** Topic configurations that the binding for Kafka knows, and how it wants them. */
const configurations: Readonly<Record<string, (value: string) => unknown>> = {
  'cleanup.policy': (value) => value.split(',').map((policy) => policy.trim()),
  'retention.ms': Number,
  'retention.bytes': Number,
  'delete.retention.ms': Number,
  'max.message.bytes': Number,
}

export function kafkaChannel(topic: string, { kafka }: Config, servers: References): Channel {
  const { partitions, config = {} } = kafka.topics[topic] ?? {}
  const told = Object.entries(config).flatMap(([name, value]) => {
    const form = configurations[name]
    return form === undefined ? [] : [[name, form(value)]]
  })
  return {
    id: `kafka-${topic}`,
    message: topic,
    about: {
      address: topic,
      servers,
      messages: { [topic]: { $ref: `#/components/messages/${topic}` } },
      bindings: {
        kafka: {
          topic,
          ...(partitions !== undefined && { partitions }),
          ...(kafka.brokers === undefined && { replicas: 1 }),
          ...(told.length > 0 && { topicConfiguration: Object.fromEntries(told) }),
          bindingVersion: '0.5.0',
        },
      },
    },
  }
}

/** The wildcards of a route are parameters of the address. */
export function mqttChannel({ from, to }: Route, index: number, servers: References): Channel {
  const parameters: Record<string, object> = {}
  const levels = from.split('/').map((level, at) => {
    if (level !== '+' && level !== '#') return level
    const name = level === '+' ? `level${at + 1}` : 'levels'
    const description = level === '+' ? 'Any one level.' : 'Any levels, also none.'
    parameters[name] = { description }
    return `{${name}}`
  })
  const name = from.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-|-$/g, '')
  return {
    id: `mqtt-${index + 1}-${name || 'all'}`,
    message: to,
    about: {
      address: levels.join('/'),
      description: `MQTT topics that ${from} matches, as far as no route before it does; their messages are records of the Kafka topic ${to}.`,
      servers,
      ...(Object.keys(parameters).length > 0 && { parameters }),
      messages: { [to]: { $ref: `#/components/messages/${to}` } },
    },
  }
}
