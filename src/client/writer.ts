import type { Clock } from '../base/clock.ts'
import type { MessageEncoder } from '../formats/sinetstream/index.ts'
import type { ValueType } from '../formats/values/index.ts'
import { clientEndError } from './end-errors.ts'
import { informationOf } from './information.ts'
import { MessageMetrics, type Metrics } from './message-metrics.ts'
import { type Options, openingOf } from './opening.ts'
import {
  type Consistency,
  resolveWriter,
  type ServiceParameters,
  type WriterParameters,
} from './service/index.ts'
import type { MessageHeader, Outlet } from './transports/transport.ts'
import type { ValueOf, ValueTypeGiven, WithValueType } from './value-types.ts'

export interface PublishOptions {
  /** A Date or milliseconds since the epoch; now, if absent; 0 is "not set". */
  readonly timestamp?: Date | number
  /** The same in microseconds, for those who have them. */
  readonly timestampUs?: number
  /** Messages of one key stay in order (Kafka: in one partition). */
  readonly key?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string | Uint8Array>>
}

/** Writes messages to one topic. */
export class Writer<Value> implements AsyncDisposable {
  readonly #parameters: ServiceParameters
  readonly #topic: string
  readonly #outlet: Outlet
  readonly #encoder: MessageEncoder
  readonly #valueType: ValueType<Value>
  readonly #metrics: MessageMetrics
  readonly #clock: Clock
  #closing: Promise<void> | undefined

  private constructor(
    parameters: ServiceParameters,
    outlet: Outlet,
    encoder: MessageEncoder,
    valueType: ValueType<Value>,
    clock: Clock,
  ) {
    this.#parameters = parameters
    this.#topic = parameters.topics[0] ?? ''
    this.#outlet = outlet
    this.#encoder = encoder
    this.#valueType = valueType
    this.#clock = clock
    this.#metrics = new MessageMetrics(clock)
  }

  /** Resolves when the broker is there; throws SINETStream's errors. */
  static async open<const Given extends ValueTypeGiven = undefined>(
    given: WithValueType<WriterParameters, Given>,
    options: Options = {},
  ): Promise<Writer<ValueOf<Given>>> {
    const parameters = await resolveWriter(given, options)
    const { transport, surroundings, valueType, encoder } = await openingOf(parameters, options)
    const outlet = await transport.openOutlet(parameters, surroundings)
    const typed = valueType as ValueType<ValueOf<Given>>
    return new Writer(parameters, outlet, encoder(), typed, surroundings.clock)
  }

  get service(): string | undefined {
    return this.#parameters.service
  }

  get clientId(): string {
    return this.#parameters.clientId
  }

  get consistency(): Consistency {
    return this.#parameters.consistency
  }

  get valueType(): string {
    return this.#valueType.name
  }

  get topic(): string {
    return this.#topic
  }

  get metrics(): Metrics {
    return this.#metrics.snapshot()
  }

  resetMetrics(): void {
    this.#metrics.reset()
  }

  /** A fact by its path (`client_id`, `metrics.msg_count_total`, `s3.writer.seqno`), all of them by ''; undefined if there is none. */
  info(path = ''): unknown {
    const { type } = this.#parameters
    return informationOf(path, this, type, this.#outlet.info())
  }

  /**
   * Resolves with what the broker answered, as soon as the consistency is kept: with AT_LEAST_ONCE
   * and EXACTLY_ONCE the message is safe then. Calls need not wait for each other; too many at once
   * are held back. Throws InvalidMessageError for a value that its type does not know.
   */
  async publish(value: Value, options?: PublishOptions): Promise<unknown> {
    if (this.#closing !== undefined) throw clientEndError('writer-closed', undefined)
    try {
      const timestampUs = this.#timestampUs(options)
      const encoded = this.#encoder.encode(this.#valueType.encode(value), timestampUs)
      const { bytes, uncompressedBytes, compressedBytes } = encoded
      const key = options?.key
      const answer = await this.#outlet.publish({
        topic: this.#topic,
        bytes,
        timestampUs,
        key: typeof key === 'string' ? Buffer.from(key) : key,
        headers: options?.headers === undefined ? undefined : headersOf(options.headers),
      })
      this.#metrics.message(bytes.length, uncompressedBytes, compressedBytes)
      return answer
    } catch (error) {
      this.#metrics.error()
      throw error
    }
  }

  /** Sends what is on its way, within bounds, then lets go. */
  async close(): Promise<void> {
    this.#closing ??= this.#outlet.close()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #timestampUs(options: PublishOptions | undefined): number {
    if (options?.timestampUs !== undefined) return options.timestampUs
    const given = options?.timestamp
    const ms = given === undefined ? this.#clock.now() : Number(given)
    return Math.round(ms * 1000)
  }
}

function headersOf(headers: Readonly<Record<string, string | Uint8Array>>): MessageHeader[] {
  return Object.entries(headers).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? Buffer.from(value) : value,
  }))
}
