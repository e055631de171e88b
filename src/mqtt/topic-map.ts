import type { NewSchema } from '../client/registry/index.ts'
import { hasWildcards, isTopicFilter, matches, overlap } from '../protocols/mqtt/index.ts'
import { mqttError, sentence } from './errors.ts'
import { type KeyFacts, keyTemplate } from './key-template.ts'

/** The schema under which JSON goes into a Kafka topic. */
export interface RouteSchema {
  readonly subject: string
  /** What is registered under the subject; without it the subject's latest version is taken. */
  readonly registered?: NewSchema
  /** The language that the subject's latest version must have. */
  readonly type?: NewSchema['type']
  /** The Kafka topic of what does not fit; without it such messages are refused. */
  readonly errors?: string
}

export interface Route {
  /** An MQTT topic filter. */
  readonly from: string
  /** A Kafka topic. */
  readonly to: string
  /** A template, see `key-template.ts`; without it records have no key. */
  readonly key?: string
  readonly schema?: RouteSchema
}

export interface Destination {
  readonly kafkaTopic: string
  readonly key: Buffer | null
  /** Whether the record must carry the MQTT topic, as the Kafka topic alone does not tell it. */
  readonly named: boolean
  readonly schema: RouteSchema | undefined
}

interface CompiledRoute extends Route {
  readonly keyOf: ((facts: KeyFacts) => Buffer) | undefined
}

/** The longest name that Kafka takes. */
const longestKafkaTopic = 249

/**
 * Which Kafka topic holds the messages of an MQTT topic, and back. The first route that matches
 * decides; without a route `a/b/c` is `a.b.c`. A name that Kafka would not take, or that would come
 * back as another, goes to a legal name near it, and its records carry the MQTT topic in a header:
 * exactly where `mqttTopic(kafkaTopic)` is not the MQTT topic.
 */
export class TopicMap {
  readonly #routes: readonly CompiledRoute[]
  readonly #exact = new Map<string, string>()

  /** Throws 'wrong-route'. */
  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile)
    for (const { from, to } of routes) {
      if (!hasWildcards(from) && !this.#exact.has(to)) this.#exact.set(to, from)
    }
  }

  /** Throws 'topic-cannot-be-mapped'. */
  destination(topic: string, clientId: string): Destination {
    const route = this.#routes.find(({ from }) => matches(from, topic))
    const kafkaTopic = route?.to ?? unroutedName(topic)
    return {
      kafkaTopic,
      key: route?.keyOf?.({ topic, clientId }) ?? null,
      named: this.mqttTopic(kafkaTopic) !== topic,
      schema: route?.schema,
    }
  }

  /** The MQTT topic of records that name none. */
  mqttTopic(kafkaTopic: string): string {
    return this.#exact.get(kafkaTopic) ?? kafkaTopic.replaceAll('.', '/')
  }

  /** Whether a Kafka topic can hold messages that the filter matches. */
  mayHold(kafkaTopic: string, filter: string): boolean {
    if (kafkaTopic.startsWith('__')) return false
    if (this.#routes.some(({ from, to }) => to === kafkaTopic && overlap(from, filter))) return true
    if (matches(filter, this.mqttTopic(kafkaTopic))) return true
    // A shortened name tells no longer which topics it stands for.
    if (kafkaTopic.length === longestKafkaTopic) return true
    return overlap(legalFilter(filter), kafkaTopic.replaceAll('.', '/'))
  }
}

function compile(route: Route): CompiledRoute {
  const wrong = (why: string) => mqttError('wrong-route', { from: route.from, why })
  if (!isTopicFilter(route.from)) throw wrong('is not an MQTT topic filter')
  for (const to of [route.to, route.schema?.errors]) {
    if (to !== undefined && !isLegal(to))
      throw wrong(`goes to '${to}', which is no name of a Kafka topic`)
  }
  try {
    return { ...route, keyOf: route.key === undefined ? undefined : keyTemplate(route.key) }
  } catch (error) {
    throw wrong(sentence(error))
  }
}

function isLegal(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..'
}

function unroutedName(topic: string): string {
  if (topic.startsWith('$')) {
    throw mqttError('topic-cannot-be-mapped', {
      topic,
      why: "topics with '$' are the server's own",
    })
  }
  const name = topic.split('/').map(legalLevel).join('.').slice(0, longestKafkaTopic)
  if (!isLegal(name)) {
    throw mqttError('topic-cannot-be-mapped', { topic, why: 'all its levels are empty' })
  }
  return name
}

/** Two underscores in front are Kafka's own topics and ours: nobody publishes into those. */
function legalLevel(level: string, index: number): string {
  const legal = level.replace(/[^a-zA-Z0-9_-]/gu, '_')
  return index === 0 ? legal.replace(/^__/, '_-') : legal
}

function legalFilter(filter: string): string {
  return filter
    .split('/')
    .map((level, index) => (level === '+' || level === '#' ? level : legalLevel(level, index)))
    .join('/')
}
