import type { Clock } from '../base/clock.ts'
import type { MessageEncoder } from '../formats/sinetstream/index.ts'
import type { ValueType } from '../formats/values/index.ts'
import { clientEndError } from './end-errors.ts'
import { MessageEnd } from './message-end.ts'
import { type Options, openingOf } from './opening.ts'
import { resolveWriter, type ServiceParameters, type WriterParameters } from './service/index.ts'
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
export class Writer<Value> extends MessageEnd {
  readonly #topic: string
  readonly #outlet: Outlet
  readonly #encoder: MessageEncoder
  readonly #valueType: ValueType<Value>
  readonly #clock: Clock
  #closing: Promise<void> | undefined

  private constructor(
    parameters: ServiceParameters,
    outlet: Outlet,
    encoder: MessageEncoder,
    valueType: ValueType<Value>,
    clock: Clock,
  ) {
    super(parameters, valueType, outlet, clock)
    this.#topic = parameters.topics[0] ?? ''
    this.#outlet = outlet
    this.#encoder = encoder
    this.#valueType = valueType
    this.#clock = clock
  }

  /** Resolves when the broker is there; throws SINETStream's errors. */
  static async open<const Given extends ValueTypeGiven = undefined>(
    given: WithValueType<WriterParameters, Given>,
    options: Options = {},
  ): Promise<Writer<ValueOf<Given>>> {
    const parameters = await resolveWriter(given, options)
    const { transport, surroundings, valueType, encoder } = await openingOf(parameters, options)
    // Whatever is wrong with the parameters shows before anything is opened.
    const encode = encoder()
    const outlet = await transport.openOutlet(parameters, surroundings)
    const typed = valueType as ValueType<ValueOf<Given>>
    return new Writer(parameters, outlet, encode, typed, surroundings.clock)
  }

  get topic(): string {
    return this.#topic
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
      this.counts.message(bytes.length, uncompressedBytes, compressedBytes)
      return answer
    } catch (error) {
      this.counts.error()
      throw error
    }
  }

  /** Sends what is on its way, within bounds, then lets go. */
  async close(): Promise<void> {
    this.#closing ??= this.#outlet.close()
    await this.#closing
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
