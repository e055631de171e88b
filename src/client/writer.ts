import type { Clock } from '../base/clock.ts'
import type { MessageEncoder } from '../formats/sinetstream/index.ts'
import type { ValueType } from '../formats/values/index.ts'
import { clientEndError } from './end-errors.ts'
import { type EventOptions, EventWriter, type WrittenEvent } from './events.ts'
import { MessageEnd } from './message-end.ts'
import { type Options, openingOf } from './opening.ts'
import { resolveWriter, type ServiceParameters, type WriterParameters } from './service/index.ts'
import { type InjectTrace, type TraceContext, traceHeaders } from './trace.ts'
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
  /** For a writer with `cloudevents`. */
  readonly event?: EventOptions
  /** The trace that the message belongs to, such as `message.trace` of the one that it answers. */
  readonly trace?: TraceContext | undefined
}

export interface WriterOptions extends Options {
  /** Called by each `publish`: `(carrier) => propagation.inject(context.active(), carrier)`. What it sets becomes headers. */
  readonly injectTrace?: InjectTrace
}

/** Writes messages to one topic. */
export class Writer<Value> extends MessageEnd {
  readonly #topic: string
  readonly #outlet: Outlet
  readonly #encoder: MessageEncoder
  readonly #valueType: ValueType<Value>
  readonly #events: EventWriter | undefined
  readonly #injectTrace: InjectTrace | undefined
  readonly #clock: Clock
  #closing: Promise<void> | undefined

  private constructor(
    parameters: ServiceParameters,
    outlet: Outlet,
    encoder: MessageEncoder,
    valueType: ValueType<Value>,
    extras: { readonly events: EventWriter | undefined; readonly injectTrace?: InjectTrace },
    clock: Clock,
  ) {
    super(parameters, valueType, outlet, clock)
    this.#topic = parameters.topics[0] ?? ''
    this.#outlet = outlet
    this.#encoder = encoder
    this.#valueType = valueType
    this.#events = extras.events
    this.#injectTrace = extras.injectTrace
    this.#clock = clock
  }

  /** Resolves when the broker is there; throws SINETStream's errors. */
  static async open<const Given extends ValueTypeGiven = undefined>(
    given: WithValueType<WriterParameters, Given>,
    { injectTrace, ...options }: WriterOptions = {},
  ): Promise<Writer<ValueOf<Given>>> {
    const parameters = await resolveWriter(given, options)
    const { transport, surroundings, valueType, encoder } = await openingOf(parameters, options)
    // Whatever is wrong with the parameters shows before anything is opened.
    const encode = encoder()
    const carriage = transport.carriage(parameters)
    const events =
      parameters.events &&
      new EventWriter(parameters.events, carriage, valueType, surroundings.random)
    if (injectTrace !== undefined && carriage.headers === 'none') {
      throw clientEndError('trace-headers', undefined)
    }
    const outlet = await transport.openOutlet(parameters, surroundings)
    const typed = valueType as ValueType<ValueOf<Given>>
    const extras = { events, ...(injectTrace !== undefined && { injectTrace }) }
    return new Writer(parameters, outlet, encode, typed, extras, surroundings.clock)
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
      const data = this.#valueType.encode(value)
      const event = this.#eventOf(data, timestampUs, options)
      const encoded = this.#encoder.encode(event?.bytes ?? data, timestampUs)
      const { bytes, uncompressedBytes, compressedBytes } = encoded
      const key = options?.key ?? event?.key
      const answer = await this.#outlet.publish({
        topic: this.#topic,
        bytes,
        timestampUs,
        key: typeof key === 'string' ? Buffer.from(key) : key,
        headers: this.#headersOf(options, event),
        contentType: event?.contentType,
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

  #eventOf(data: Uint8Array, timestampUs: number, options: PublishOptions | undefined) {
    if (this.#events !== undefined) return this.#events.write(data, timestampUs, options?.event)
    if (options?.event !== undefined) throw clientEndError('events-unasked', undefined)
    return undefined
  }

  #headersOf(options: PublishOptions | undefined, event: WrittenEvent | undefined) {
    const trace = options?.trace ?? this.#activeTrace()
    if (trace === undefined && event === undefined) {
      return options?.headers === undefined ? undefined : headersOf(options.headers)
    }
    const added = [...traceHeaders(trace ?? {}), ...(event?.headers ?? [])]
    const names = new Set(added.map(({ key }) => key))
    const own = headersOf(options?.headers ?? {}).filter(({ key }) => !names.has(key))
    return [...own, ...added]
  }

  #activeTrace(): Record<string, string> | undefined {
    if (this.#injectTrace === undefined) return undefined
    const carrier: Record<string, string> = {}
    this.#injectTrace(carrier)
    return carrier
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
