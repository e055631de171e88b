import type { Socket } from 'node:net'
import type { Audit } from '../access/audit.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import { Arrivals } from '../base/arrivals.ts'
import { atMost, type Clock, pause, systemClock } from '../base/clock.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { Seldom } from '../base/seldom.ts'
import { reasonCode } from '../protocols/mqtt/index.ts'
import type { Connection } from './connection.ts'
import type { Subscriber } from './cursor.ts'
import type { Gatekeeper } from './entry.ts'
import { sentence } from './errors.ts'
import { Feeds } from './feeds.ts'
import type { Kafka, KafkaProducer } from './kafka.ts'
import { defaultLimits, type MqttLimits } from './limits.ts'
import { type Address, Listener, type ListenerOptions } from './listener.ts'
import { OwnSessions } from './own-sessions.ts'
import { Publisher } from './publisher.ts'
import { RetainedMessages } from './retained.ts'
import { RouteEncoder, type RouteEncoderOptions, type Schemas } from './route-encoder.ts'
import type { Services } from './services.ts'
import { clientOfName } from './session-store.ts'
import { Sessions } from './sessions.ts'
import { SharedSessions } from './shared-sessions.ts'
import { Neighbours } from './sharing/neighbours.ts'
import { Subscriptions } from './subscriptions.ts'
import { TopicDirectory } from './topic-directory.ts'
import { type Route, TopicMap } from './topic-map.ts'
import { Wills } from './wills.ts'

export interface MqttDoorOptions {
  readonly listeners: readonly ListenerOptions[]
  /** Asked who clients are, and what they may do. */
  readonly gatekeeper?: Gatekeeper | undefined
  /** Asked before a password is looked at; absent, each one is. */
  readonly failedLogins?: FailedLogins | undefined
  /** Told who comes in, and what clients may not do. */
  readonly audit?: Audit | undefined
  readonly routes: readonly Route[]
  readonly client: Kafka
  /** Other doors may stand before the same log. */
  readonly isShared?: boolean
  /** Resolves once the registry is open; only routes with a schema ask for it. */
  readonly registry?: () => Promise<Schemas>
  readonly limits?: Partial<MqttLimits>
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
  readonly metrics?: Metrics
}

/** Refusals of connections are said so often at most. */
const sayRefusalsMs = 1000
const firstRetryMs = 100
const lastRetryMs = 5000
/** How long clients have, when the door closes, to acknowledge what others would get otherwise. */
const drainMs = 1000
/** Bytes of chance in the name of a door. */
const doorBytes = 9

/** All parts of the MQTT door, put together. */
export class MqttDoor {
  readonly #services: Services
  readonly #parts: Parts
  readonly #listeners: Listener[] = []
  #closed: Promise<void> | undefined

  private constructor(services: Services, parts: Parts) {
    this.#services = services
    this.#parts = parts
  }

  /** Accepts at once; what clients want of the log waits until that is there. */
  static async open(options: MqttDoorOptions): Promise<MqttDoor> {
    const { services, parts } = assemble(options)
    const door = new MqttDoor(services, parts)
    try {
      for (const address of options.listeners) {
        door.#listeners.push(await Listener.open(address, services))
      }
    } catch (error) {
      await door.close()
      throw error
    }
    return door
  }

  get addresses(): readonly Address[] {
    return this.#listeners.map(({ address }) => address)
  }

  /** Resolves once sessions and retained messages are read, or the door closes. */
  get ready(): Promise<void> {
    return this.#services.ready
  }

  /** Says good-bye to the clients, and leaves their sessions in the log. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { clock, limits, connections, logger } = this.#services
    this.#services.closing = true
    for (const listener of this.#listeners) listener.stopAccepting()
    const draining = this.#services.sessions.drainGroups()
    if (draining !== undefined) await atMost(clock, drainMs, draining)
    for (const connection of [...connections]) {
      connection.close(reasonCode.serverShuttingDown, 'the server is shutting down')
    }
    const closed = this.#closeParts()
    if (await atMost(clock, limits.closeMs, closed)) await closed
    else {
      logger.warn('Closing the MQTT door took too long; what was not stored yet is left behind')
      closed.catch((error) =>
        logger.error('Closing the MQTT door failed', { error: sentence(error) }),
      )
    }
    await Promise.all(this.#listeners.map((listener) => listener.destroy()))
  }

  async #closeParts(): Promise<void> {
    const { sessions, wills } = this.#services
    const { feeds, directory, retained, producer, stop } = this.#parts
    stop()
    wills.close()
    directory.close()
    try {
      await sessions.close()
    } catch (error) {
      this.#services.logger.warn('Sessions could not be stored at the end', {
        error: sentence(error),
      })
    }
    await Promise.all([feeds.close(), retained.close(), producer.close()])
  }
}

interface Parts {
  readonly feeds: Feeds
  readonly directory: TopicDirectory
  readonly retained: RetainedMessages
  readonly producer: KafkaProducer
  readonly stop: () => void
}

function assemble(options: MqttDoorOptions): { services: Services; parts: Parts } {
  const {
    client: kafka,
    clock = systemClock,
    random = systemRandom,
    logger = silentLogger,
  } = options
  const limits = { ...defaultLimits, ...options.limits }
  const common = { kafka, clock, logger }
  const topicMap = new TopicMap(options.routes)
  const subscriptions = new Subscriptions<Subscriber>()
  const producer = kafka.producer({ acks: -1 })
  const state = { ...common, producer, garbageBytes: limits.garbageBytes }
  const feeds = new Feeds({
    ...common,
    topicMap,
    subscriptions,
    catchUpReaders: limits.catchUpReaders,
  })
  const directory = new TopicDirectory({
    ...common,
    mostTopics: limits.topics,
    refreshMs: limits.topicRefreshMs,
    createMs: limits.logWaitMs,
    wanted: () => sessions.subscribed,
    appeared: (topic, partitions) => sessions.topicAppeared(topic, partitions),
    vanished: (topic) => sessions.topicVanished(topic),
  })
  const door = options.isShared ? random.bytes(doorBytes).toString('base64url') : undefined
  const keeper =
    door === undefined
      ? new OwnSessions({ ...state, sessions: () => sessions.stored() })
      : new SharedSessions({
          ...{ ...state, door, mostClaims: limits.sessions },
          lost: (name) => {
            sessions.lost(name)
            wills.cancel(clientOfName(name) ?? '')
          },
          moved: (name) => sessions.groupMoved(name),
          missed: () => sessions.loseAll(),
        })
  const retained = new RetainedMessages({
    ...{ ...state, door },
    mostMessages: limits.retainedMessages,
    mostBytes: limits.retainedBytes,
  })
  const publisher = new Publisher({
    ...common,
    producer,
    topicMap,
    directory,
    encoders: encodersOf(options.routes, { registry: options.registry, clock, logger }),
    retained,
    feeds,
    unconfirmedBytes: limits.unconfirmedBytes,
  })
  const wills = new Wills(publisher, clock, logger)
  const sessions = new Sessions(
    {
      ...common,
      limits,
      topicMap,
      directory,
      subscriptions,
      feeds,
      dropped: (why, { topic }) => logger.info('A message was not delivered', { topic, why }),
      ended: (clientId) => wills.publishNow(clientId),
    },
    keeper,
    retained,
    keeper instanceof SharedSessions && door !== undefined
      ? { keeper, neighbours: new Neighbours({ ...state, door, silenceMs: limits.doorSilenceMs }) }
      : undefined,
  )
  const loading = new Persistence(clock, logger)
  const loaded = loading
    .until(() => directory.load())
    .then(() =>
      Promise.all([loading.until(() => sessions.load()), loading.until(() => retained.load())]),
    )
    .then(() => {})
  const ready = Promise.race([loaded, loading.stopped])
  const services: Services = {
    limits,
    clock,
    random,
    logger,
    sessions,
    publisher,
    wills,
    gatekeeper: options.gatekeeper,
    failedLogins: options.failedLogins,
    audit: options.audit,
    ready,
    connections: new Set<Connection>(),
    sockets: new Set<Socket>(),
    arrivals: new Arrivals(
      { mostOfAddress: limits.connectionsPerAddress, mostPerSecond: limits.connectionRate },
      clock,
    ),
    refusals: new Seldom(clock, sayRefusalsMs),
    counters: { received: 0, malformed: 0 },
    closing: false,
  }
  measure(options.metrics ?? new Metrics(), services, retained)
  return { services, parts: { feeds, directory, retained, producer, stop: () => loading.stop() } }
}

function encodersOf(routes: readonly Route[], options: RouteEncoderOptions) {
  const schemas = routes.flatMap(({ schema }) => schema ?? [])
  return new Map(schemas.map((schema) => [schema, new RouteEncoder(schema, options)]))
}

/** Tries until it works: the log may come up later than we do. */
class Persistence {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #stopping = new AbortController()
  /** Resolves when nobody tries any more, whatever is still under way. */
  readonly stopped = new Promise<void>((resolve) => {
    this.#stopping.signal.addEventListener('abort', () => resolve())
  })

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  async until(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping
    for (
      let retryMs = firstRetryMs;
      !signal.aborted;
      retryMs = Math.min(retryMs * 2, lastRetryMs)
    ) {
      try {
        await work()
        return
      } catch (error) {
        if (signal.aborted) return
        this.#logger.warn('The state of the MQTT door cannot be read yet; trying again', {
          error: sentence(error),
        })
        await pause(retryMs, { clock: this.#clock, signal })
      }
    }
  }

  stop(): void {
    this.#stopping.abort()
  }
}

function measure(metrics: Metrics, services: Services, retained: RetainedMessages): void {
  const { connections, sessions, publisher, counters } = services
  metrics.gauge('leat_mqtt_connections', 'MQTT clients that are connected', () => connections.size)
  metrics.gauge('leat_mqtt_sessions', 'MQTT sessions, connected or not', () => sessions.size)
  metrics.gauge('leat_mqtt_retained_messages', 'Retained MQTT messages', () => retained.size)
  metrics.counter(
    'leat_mqtt_packets_received_total',
    'MQTT packets that clients sent',
    () => counters.received,
  )
  metrics.counter(
    'leat_mqtt_published_total',
    'MQTT messages that were written to the log',
    () => publisher.published,
  )
  metrics.counter(
    'leat_mqtt_dropped_total',
    'MQTT messages of QoS 0 that were dropped, as the log was slower',
    () => publisher.dropped,
  )
  metrics.counter(
    'leat_mqtt_misfits_total',
    'MQTT messages that did not fit the schema of their route',
    () => publisher.misfits,
  )
  metrics.counter(
    'leat_mqtt_malformed_total',
    'Connections closed, because they broke the rules of MQTT',
    () => counters.malformed,
  )
}
