import type { IncomingMessage, MessageHeader } from './transports/transport.ts'

/** A message as a Reader hands it out. */
export class Message<Value> {
  readonly value: Value
  readonly topic: string
  /** Microseconds since the epoch, as the writer set it; 0 where it did not. */
  readonly timestampUs: number
  readonly #incoming: IncomingMessage
  #isDone = false

  constructor(value: Value, timestampUs: number, incoming: IncomingMessage) {
    this.value = value
    this.topic = incoming.topic
    this.timestampUs = timestampUs
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
}
