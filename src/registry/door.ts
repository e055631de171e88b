import { type Clock, systemClock } from '../base/clock.ts'
import { answerLazily, type HostAndPort, HttpDoors, type HttpListener } from '../base/http-doors.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { type Admits, guarded } from '../client/doors/index.ts'
import { type Formats, formats } from '../formats/schemas/formats.ts'
import { defaultLimits, type RegistryLimits } from './limits.ts'
import { addMetrics, RequestCounts } from './metrics.ts'
import { SchemaParser } from './schemas/parser.ts'
import type { Services } from './services.ts'
import type { Kafka } from './state/kafka.ts'
import { SchemaTopic } from './state/schema-topic.ts'
import { Writes } from './writes.ts'

export interface RegistryListener extends HttpListener {
  /** Absent: everybody comes in, and may do everything. */
  readonly entrance?: Admits | undefined
  /** Names by which browsers may come where nobody is asked who they are; absent, by any. */
  readonly allowedHosts?: readonly string[] | undefined
}

export interface RegistryDoorOptions {
  readonly listeners: readonly RegistryListener[]
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
  readonly #doors: HttpDoors
  readonly #topic: SchemaTopic

  private constructor(doors: HttpDoors, topic: SchemaTopic) {
    this.#doors = doors
    this.#topic = topic
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
    const services: Services = {
      topic,
      limits,
      logger,
      writes: new Writes(topic, limits, { clock, random }),
      parser: new SchemaParser(options.formats ?? formats, limits),
      clusterId: () => client.clusterId(),
    }
    const answer = answerLazily(async () => {
      const { listenerOf } = await import('./http/routes.ts')
      return listenerOf(services, counts)
    })
    const { listeners } = options
    const { connections: mostConnections, closeMs } = limits
    const doors = await HttpDoors.open({
      ...{ listeners, mostConnections, closeMs, clock, logger },
      answer: ({ entrance, allowedHosts }, certificateOf) =>
        guarded(answer, { entrance, allowedHosts, certificateOf, form: refusalForm }),
    }).catch(async (error) => {
      await topic.close()
      throw error
    })
    // What fails now is tried again, and told, with the first request.
    topic.catchUp().catch((error) => {
      logger.warn('The schemas could not be read yet', { error: String(error) })
    })
    return new RegistryDoor(doors, topic)
  }

  get addresses(): HostAndPort[] {
    return this.#doors.addresses
  }

  /** Lets requests that are under way end, for a while, then closes. */
  async close(): Promise<void> {
    await this.#doors.close()
    await this.#topic.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Before a path is looked at: in Confluent's form, whatever is accepted. */
function refusalForm({ status, why }: { readonly status: number; readonly why: string }) {
  const body = JSON.stringify({ error_code: status, message: why })
  return { type: 'application/vnd.schemaregistry.v1+json', body }
}
