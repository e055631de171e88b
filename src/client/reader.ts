import { atMost, type Clock } from '../base/clock.ts'
import type { MessageDecoder } from '../formats/sinetstream/index.ts'
import type { ValueType } from '../formats/values/index.ts'
import { clientEndError } from './end-errors.ts'
import { readEvent } from './events.ts'
import { Aftercare } from './failing/aftercare.ts'
import type { Failure } from './failing/failure.ts'
import { Lanes } from './lanes.ts'
import { Message } from './message.ts'
import { MessageEnd } from './message-end.ts'
import { type Options, openingOf } from './opening.ts'
import { type ReaderParameters, resolveReader, type ServiceParameters } from './service/index.ts'
import type { IncomingMessage, Inlet, SeekTarget } from './transports/transport.ts'
import type { ValueOf, ValueTypeGiven, WithValueType } from './value-types.ts'

export interface Handlers<Value> {
  /**
   * The next message waits until it has settled; then this one counts as dealt with. Where it throws,
   * or called `message.fail`, it is called again as `retry` says.
   */
  readonly onMessage: (message: Message<Value>) => void | Promise<void>
  /**
   * A message that could not be read, or that was tried in vain, which is then passed over. Without
   * this, where there are no dead letters either, or where it throws, the reading ends with the error.
   */
  readonly onFailure?: (error: unknown, message: Message<Value> | undefined) => void | Promise<void>
  /** So many messages may be handled at once, those of one key (without keys: of one topic) in order. 1 is all in order. */
  readonly concurrency?: number
}

/** How long `close` waits for a broker that is just being asked for a message. */
const closeWithinMs = 5000

/**
 * Reads messages of one or more topics.
 *
 * With AT_LEAST_ONCE a message is committed or acknowledged after the loop's body, with
 * EXACTLY_ONCE its place is taken before it is handed out, so that it never comes again.
 */
export class Reader<Value> extends MessageEnd implements AsyncIterable<Message<Value>> {
  readonly #parameters: ServiceParameters
  readonly #inlet: Inlet
  readonly #decoder: MessageDecoder
  readonly #valueType: ValueType<Value>
  readonly #aftercare: Aftercare
  readonly #clock: Clock
  #inHand: InHand<Value> | undefined
  #isBusy = false
  #claiming: Promise<boolean> | undefined
  #closing: Promise<void> | undefined

  private constructor(
    parameters: ServiceParameters,
    inlet: Inlet,
    decoder: MessageDecoder,
    valueType: ValueType<Value>,
    aftercare: Aftercare,
    clock: Clock,
  ) {
    super(parameters, valueType, inlet, clock)
    this.#parameters = parameters
    this.#inlet = inlet
    this.#decoder = decoder
    this.#valueType = valueType
    this.#aftercare = aftercare
    this.#clock = clock
  }

  /** Resolves when what is published from now on will be received; throws SINETStream's errors. */
  static async open<const Given extends ValueTypeGiven = undefined>(
    given: WithValueType<ReaderParameters, Given>,
    options: Options = {},
  ): Promise<Reader<ValueOf<Given>>> {
    const parameters = await resolveReader(given, options)
    const { transport, surroundings, valueType, decoder } = await openingOf(parameters, options)
    // Whatever is wrong with the parameters shows before anything is opened.
    const decode = decoder()
    const aftercare = await Aftercare.open(parameters, transport, surroundings)
    const inlet = await transport.openInlet(parameters, surroundings).catch(async (error) => {
      await aftercare.close()
      throw error
    })
    const typed = valueType as ValueType<ValueOf<Given>>
    return new Reader(parameters, inlet, decode, typed, aftercare, surroundings.clock)
  }

  get topics(): readonly string[] {
    return this.#parameters.topics
  }

  /** Without a message for so long an iteration ends; the next one goes on. */
  get receiveTimeoutMs(): number {
    return this.#parameters.receiveTimeoutMs
  }

  /** Goes on from there, on transports that have positions. Messages from before the seek do not come any more. */
  async seek(target: SeekTarget): Promise<void> {
    if (this.#inlet.seek === undefined) {
      throw clientEndError('no-seek', { type: this.#parameters.type })
    }
    this.#inHand = undefined
    await this.#inlet.seek(target)
  }

  async seekToBeginning(): Promise<void> {
    await this.seek('beginning')
  }

  async seekToEnd(): Promise<void> {
    await this.seek('end')
  }

  /**
   * Hands out messages until none comes for `receive_timeout_ms`, or until the reader is closed.
   * A message that cannot be read throws InvalidMessageError; the next iteration goes on behind it.
   */
  [Symbol.asyncIterator](): AsyncIterator<Message<Value>> {
    if (this.#closing !== undefined) throw clientEndError('reader-closed', undefined)
    return {
      next: async () => {
        const message = await this.#next()
        return message === undefined
          ? { done: true, value: undefined }
          : { done: false, value: message }
      },
    }
  }

  /**
   * Calls the handlers until the reader is closed. Throws what ends the reading for good.
   */
  async listen(handlers: Handlers<Value>): Promise<void> {
    const lanes = new Lanes(handlers.concurrency ?? 1)
    if (this.#closing !== undefined) throw clientEndError('reader-closed', undefined)
    while (lanes.failure === undefined) {
      const incoming = await this.#arrival(Number.POSITIVE_INFINITY)
      if (incoming === undefined) break
      await lanes.run(laneOf(incoming), () => this.#handle(incoming, handlers))
    }
    await lanes.settled()
    if (lanes.failure !== undefined) throw lanes.failure.error
  }

  /** Commits and acknowledges what is dealt with, then lets go. A loop that waits ends. */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  /** A message whose place is just being taken will not come again: it is handed out before the end. */
  async #close(): Promise<void> {
    if (this.#claiming !== undefined) await atMost(this.#clock, closeWithinMs, this.#claiming)
    // What has become a letter by now is done, and may be committed.
    await this.#aftercare.close().finally(() => this.#inlet.close())
  }

  async #next(): Promise<Message<Value> | undefined> {
    const before = this.#inHand
    this.#inHand = undefined
    if (before !== undefined) {
      const failure = Message.failureOf(before.message)
      if (failure === undefined) before.message.done()
      else if (await this.#isDueAgain(before, failure)) return before.message
    }
    for (;;) {
      const incoming = await this.#arrival(this.#parameters.receiveTimeoutMs)
      if (incoming === undefined) return undefined
      try {
        const message = this.#read(incoming)
        this.#inHand = { incoming, message }
        return message
      } catch (error) {
        const outcome = await this.#aftercare.see(incoming, unreadable(error))
        if (outcome !== 'closed') incoming.done?.()
        if (outcome === 'unsettled') throw error
      }
    }
  }

  async #isDueAgain(inHand: InHand<Value>, failure: Failure): Promise<boolean> {
    const outcome = await this.#aftercare.see(inHand.incoming, failure)
    if (outcome === 'unsettled') throw failure.error
    if (outcome === 'kept') inHand.message.done()
    if (outcome !== 'again') return false
    Message.again(inHand.message)
    this.#inHand = inHand
    return true
  }

  /** The next message that is ours to hand out. */
  async #arrival(waitMs: number): Promise<IncomingMessage | undefined> {
    if (this.#closing !== undefined) return undefined
    if (this.#isBusy) throw clientEndError('read-twice', undefined)
    this.#isBusy = true
    try {
      for (;;) {
        const { inbox } = this.#inlet
        const incoming = inbox.poll() ?? (await inbox.take(waitMs))
        if (incoming?.claim === undefined) return incoming
        if (this.#closing !== undefined) return undefined
        this.#claiming = incoming.claim()
        if (await this.#claiming) return incoming
      }
    } catch (error) {
      this.counts.error()
      throw error
    } finally {
      this.#claiming = undefined
      this.#isBusy = false
    }
  }

  #read(incoming: IncomingMessage): Message<Value> {
    try {
      const { bytes } = incoming
      const { coding, events } = this.#parameters
      const opened = events && readEvent(incoming)
      const decoded = this.#decoder.decode(opened?.data ?? bytes)
      const value = this.#valueType.decode(decoded.value)
      this.counts.message(bytes.length, decoded.uncompressedBytes, decoded.compressedBytes)
      const outside = opened?.timestampUs ?? incoming.timestampUs
      const timestampUs = coding.userDataOnly ? outside : decoded.timestampUs
      return new Message(value, timestampUs, incoming, opened?.event)
    } catch (error) {
      this.counts.error()
      throw error
    }
  }

  async #handle(incoming: IncomingMessage, handlers: Handlers<Value>): Promise<void> {
    let message: Message<Value> | undefined
    let failure: Failure | undefined
    try {
      message = this.#read(incoming)
      failure = await failureOf(message, handlers)
    } catch (error) {
      failure = unreadable(error)
    }
    while (failure !== undefined) {
      const outcome = await this.#aftercare.see(incoming, failure)
      if (outcome === 'closed') return
      if (outcome === 'again' && message !== undefined) {
        Message.again(message)
        failure = await failureOf(message, handlers)
        continue
      }
      if (handlers.onFailure !== undefined) await handlers.onFailure(failure.error, message)
      else if (outcome === 'unsettled') throw failure.error
      break
    }
    if (message === undefined) incoming.done?.()
    else message.done()
  }
}

interface InHand<Value> {
  readonly incoming: IncomingMessage
  readonly message: Message<Value>
}

async function failureOf<Value>(
  message: Message<Value>,
  { onMessage }: Handlers<Value>,
): Promise<Failure | undefined> {
  try {
    await onMessage(message)
  } catch (error) {
    // What it said of its failure itself counts.
    return Message.failureOf(message) ?? { error, attempts: message.attempt, mayPass: true }
  }
  return Message.failureOf(message)
}

function unreadable(error: unknown): Failure {
  return { error, attempts: 1, mayPass: false }
}

function laneOf({ key, topic }: IncomingMessage): string {
  return key === undefined ? topic : `${topic}/${key.toString('latin1')}`
}
