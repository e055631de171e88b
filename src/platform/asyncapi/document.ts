/** leat.yml as an AsyncAPI 3.0 document: who reads it knows what flows where, without asking anybody. */
import type { RegisteredSchema } from '../../client/registry/index.ts'
import type { Config } from '../config.ts'
import { kafkaChannel, mqttChannel } from './channels.ts'
import { messageOf } from './messages.ts'
import { serversOf } from './servers.ts'

export interface AsyncApiFacts {
  /** Of the document. */
  readonly version: string
  /** Of the values of Kafka topics, as far as a registry knows them. */
  readonly schemas: ReadonlyMap<string, Pick<RegisteredSchema, 'type' | 'text'>>
}

export interface Channel {
  readonly id: string
  /** The name of its messages among the components: the Kafka topic that holds them. */
  readonly message: string
  readonly about: object
}

/** The document says what leat does: it receives on every channel what clients publish, and sends it to those who subscribe. */
export function asyncApiOf(config: Config, { version, schemas }: AsyncApiFacts): object {
  const servers = serversOf(config)
  const named = (...protocols: string[]) => {
    const ids = Object.entries(servers).filter(([, server]) => protocols.includes(server.protocol))
    return ids.map(([id]) => ({ $ref: `#/servers/${id}` }))
  }
  const routes = config.mqtt?.routes ?? []
  const topics = topicsOf(config)
  const channels: Channel[] = [
    ...topics.map((topic) => kafkaChannel(topic, config, named('kafka', 'kafka-secure'))),
    ...routes.map((route, index) => mqttChannel(route, index, named('mqtt'))),
  ]
  const messages = topics.map((topic) => [topic, messageOf(topic, routes, schemas.get(topic))])
  return {
    asyncapi: '3.0.0',
    info: { title: 'leat', version },
    defaultContentType: 'application/octet-stream',
    servers,
    channels: Object.fromEntries(channels.map(({ id, about }) => [id, about])),
    operations: Object.fromEntries(channels.flatMap(operationsOf)),
    components: { messages: Object.fromEntries(messages) },
  }
}

/** The Kafka topics that the file names, by themselves or as the end of a route. */
export function topicsOf({ kafka, mqtt }: Config): string[] {
  const routed = (mqtt?.routes ?? []).map(({ to }) => to)
  return [...new Set([...Object.keys(kafka.topics), ...routed])]
}

function operationsOf({ id, message }: Channel): [string, object][] {
  const common = {
    channel: { $ref: `#/channels/${id}` },
    messages: [{ $ref: `#/channels/${id}/messages/${message}` }],
  }
  return [
    [`receive-${id}`, { action: 'receive', ...common, summary: 'Clients publish here.' }],
    [`send-${id}`, { action: 'send', ...common, summary: 'Clients read here.' }],
  ]
}
