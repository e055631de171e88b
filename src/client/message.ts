import type { EventAttributes } from '../formats/cloudevents/index.ts'
import type { Failure } from './failing/failure.ts'
import { type TraceContext, traceOf } from './trace.ts'
import type { IncomingMessage, MessageHeader } from './transports/transport.ts'

/** A message as a Reader hands it out. */
export class Message<Value> {
  readonly value: Value
  readonly topic: string
  /** Microseconds since the epoch, as the writer set it; 0 where it did not. */
  readonly timestampUs: number
  /** The attributes of the event that it is, for a reader with `cloudevents`. */
  readonly event: EventAttributes | undefined
  readonly #incoming: IncomingMessage
  #isDone = false
  #attempt = 1
  #failure: Failure | undefined

  constructor(
    value: Value,
    timestampUs: number,
    incoming: IncomingMessage,
    event: EventAttributes | undefined,
  ) {
    this.value = value
    this.topic = incoming.topic
    this.timestampUs = timestampUs
    this.event = event
    this.#incoming = incoming
  }

  /** The same as `timestampUs` to the millisecond; undefined where the writer set none. */
  get timestamp(): Date | undefined {
    return this.timestampUs === 0 ? undefined : new Date(this.timestampUs / 1000)
  }

  get key(): Buffer | undefined {
    return this.#incoming.key
  }

  get headers(): readonly MessageHeader[] {
    return this.#incoming.headers ?? []
  }

  /** The trace that the message belongs to, where its writer told it: `propagation.extract` takes it as it is. */
  get trace(): TraceContext | undefined {
    const { headers } = this.#incoming
    return headers === undefined ? undefined : traceOf(headers)
  }

  /** The broker's own form of it: a Kafka record with its place, an MQTT packet, an S3 object's key. */
  get raw(): unknown {
    return this.#incoming.raw
  }

  /**
   * The message has been dealt with: from now on it may be committed or acknowledged. A Reader says
   * so itself when its loop goes on to the next message; who leaves the loop by `break` says it here.
   */
  done(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#incoming.done?.()
  }

  /** Which attempt this is: more than 1 where `retry` has it handed out again. */
  get attempt(): number {
    return this.#attempt
  }

  /**
   * The message could not be dealt with. When the loop goes on it is handed out again after a while,
   * as `retry` says, unless `again` is false; then it goes to the dead letters; without such the loop
   * throws the error. A handler of `listen` may just as well throw.
   */
  fail(error: unknown, { again = true }: { readonly again?: boolean } = {}): void {
    if (!this.#isDone) this.#failure = { error, attempts: this.#attempt, mayPass: again }
  }

  /** For the reader: why it was not dealt with, if it was not. */
  static failureOf(message: Message<unknown>): Failure | undefined {
    return message.#isDone ? undefined : message.#failure
  }

  /** For the reader: it is handed out once more. */
  static again(message: Message<unknown>): void {
    message.#attempt += 1
    message.#failure = undefined
  }
}
