import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../base/clock.ts'
import { listen } from '../base/listen.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { type Formats, formats } from '../formats/schemas/formats.ts'
import { defaultLimits, type RegistryLimits } from './limits.ts'
import { addMetrics, RequestCounts } from './metrics.ts'
import { SchemaParser } from './schemas/parser.ts'
import type { Services } from './services.ts'
import type { Kafka } from './state/kafka.ts'
import { SchemaTopic } from './state/schema-topic.ts'
import { Writes } from './writes.ts'

export interface RegistryDoorOptions {
  readonly listeners: readonly { readonly host: string; readonly port: number }[]
  readonly client: Kafka & { clusterId(): Promise<string> }
  /** The topic that holds the schemas. */
  readonly topic?: string
  readonly limits?: Partial<RegistryLimits>
  readonly formats?: Formats
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
  readonly metrics?: Metrics
}

/** The schema registry over HTTP. It listens at once; requests wait until the topic is read. */
export class RegistryDoor implements AsyncDisposable {
  readonly #servers: Server[] = []
  readonly #topic: SchemaTopic
  readonly #limits: RegistryLimits
  readonly #clock: Clock

  private constructor(topic: SchemaTopic, limits: RegistryLimits, clock: Clock) {
    this.#topic = topic
    this.#limits = limits
    this.#clock = clock
  }

  static async open(options: RegistryDoorOptions): Promise<RegistryDoor> {
    const { client, clock = systemClock, random = systemRandom, logger = silentLogger } = options
    const limits = { ...defaultLimits, ...options.limits }
    const topic = new SchemaTopic({
      kafka: client,
      name: options.topic ?? '_schemas',
      limits,
      clock,
      logger,
    })
    const counts = new RequestCounts()
    addMetrics(options.metrics ?? new Metrics(), topic, counts)
    const answer = answerLazily(
      {
        topic,
        limits,
        logger,
        writes: new Writes(topic, limits, { clock, random }),
        parser: new SchemaParser(options.formats ?? formats, limits),
        clusterId: () => client.clusterId(),
      },
      counts,
    )
    const door = new RegistryDoor(topic, limits, clock)
    try {
      for (const { host, port } of options.listeners) {
        const server = createServer(answer)
        server.maxConnections = limits.connections
        await listen(server, host, port)
        door.#servers.push(server)
      }
    } catch (error) {
      await door.close()
      throw error
    }
    // What fails now is tried again, and told, with the first request.
    topic.catchUp().catch((error) => {
      logger.warn('The schemas could not be read yet', { error: String(error) })
    })
    return door
  }

  get addresses(): { host: string; port: number }[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo
      return { host: address, port }
    })
  }

  /** Lets requests that are under way end, for a while, then closes. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            const { closeMs } = this.#limits
            const timer = this.#clock.after(closeMs, () => server.closeAllConnections())
            server.close(() => {
              timer.cancel()
              resolve()
            })
            server.closeIdleConnections()
          }),
      ),
    )
    await this.#topic.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The routes are loaded with the first request: until then the registry costs hardly anything. */
function answerLazily(services: Services, counts: RequestCounts): RequestListener {
  let loaded: Promise<RequestListener> | undefined
  return (request, response) => {
    loaded ??= import('./http/routes.ts').then(({ listenerOf }) => listenerOf(services, counts))
    loaded.then((listener) => listener(request, response)).catch((error) => response.destroy(error))
  }
}
