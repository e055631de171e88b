/** Answers that go on: written as things happen, until whoever asked goes away or long enough. */
import type { ServerResponse } from 'node:http'
import type { Context } from 'hono'
import { formatPrincipal } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { askerOf } from '../client/doors/index.ts'
import { errorBody, logUnexpected } from './answers.ts'
import { consoleError, toldOf } from './errors.ts'

/** Open at once: of one visitor at an address, and of all. */
const mostOfOne = 16
const mostOfAll = 200
/** Then a browser asks anew, by itself, and is asked anew whether it may. */
const longestEventsMs = 15 * 60_000
const reconnectMs = 500
/** Something in between may close what says nothing. */
const everyCommentMs = 15_000
/** Not read yet by whoever asked; what would be more is left out. */
const mostWaitingBytes = 512 * 1024

/** A proxy that gathers answers (nginx) would hand on events minutes later. */
const unbuffered = { 'x-accel-buffering': 'no' }

/** What is sent until somebody goes away. */
export interface Events {
  /** Aborted when nobody listens any more, or for long enough. */
  readonly signal: AbortSignal
  /** False where the reader is too slow and it was left out. */
  send(event: string, data: unknown): boolean
}

export class Streams {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #open = new Map<string, number>()
  #all = 0

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  /** NDJSON: a line for each value; an error is a last line of its own. Throws 'too-many-streams'. */
  lines(context: Context, values: (signal: AbortSignal) => AsyncIterable<unknown>): Response {
    const signal = this.#enter(context)
    const problemOf = (error: unknown) => this.#problemOf(error, context)
    const encode = async function* () {
      const encoder = new TextEncoder()
      try {
        for await (const value of values(signal)) yield encoder.encode(`${JSON.stringify(value)}\n`)
      } catch (error) {
        if (!signal.aborted) yield encoder.encode(`${JSON.stringify(problemOf(error))}\n`)
      }
    }
    return new Response(ReadableStream.from(encode()), {
      headers: { ...unbuffered, 'content-type': 'application/x-ndjson; charset=UTF-8' },
    })
  }

  /** Server-sent events, as `run` sends them; what it throws is the last one. Throws 'too-many-streams'. */
  events(context: Context, run: (events: Events) => Promise<void>): Response {
    const gone = this.#enter(context)
    const enough = new AbortController()
    const signal = AbortSignal.any([gone, enough.signal])
    const timer = this.#clock.after(longestEventsMs, () => enough.abort())
    const body = new ReadableStream<Uint8Array>(
      {
        start: async (controller) => {
          const writer = new EventWriter(controller, signal, this.#clock)
          try {
            await run(writer)
          } catch (error) {
            if (!signal.aborted) writer.send('problem', this.#problemOf(error, context).error)
          } finally {
            timer.cancel()
            writer.close()
          }
        },
        cancel: () => enough.abort(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostWaitingBytes }),
    )
    return new Response(body, {
      headers: { ...unbuffered, 'content-type': 'text/event-stream; charset=UTF-8' },
    })
  }

  #problemOf(error: unknown, context: Context) {
    logUnexpected(error, context, this.#logger)
    const { code, message } = toldOf(error)
    return errorBody(code, message)
  }

  /** There is room again when the answer is over, also if nobody has begun to read it. */
  #enter(context: Context): AbortSignal {
    const { principal, host } = askerOf(context)
    const who = `${formatPrincipal(principal)} ${host}`
    const own = this.#open.get(who) ?? 0
    if (own >= mostOfOne || this.#all >= mostOfAll) {
      throw consoleError('too-many-streams', { most: own >= mostOfOne ? mostOfOne : mostOfAll })
    }
    this.#open.set(who, own + 1)
    this.#all += 1
    const signal = goneSignal(context)
    const leave = () => {
      const left = (this.#open.get(who) ?? 1) - 1
      if (left > 0) this.#open.set(who, left)
      else this.#open.delete(who)
      this.#all -= 1
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    return signal
  }
}

class EventWriter implements Events {
  readonly signal: AbortSignal
  readonly #controller: ReadableStreamDefaultController<Uint8Array>
  readonly #encoder = new TextEncoder()
  readonly #clock: Clock
  #comment: { cancel(): void } | undefined

  constructor(
    controller: ReadableStreamDefaultController<Uint8Array>,
    signal: AbortSignal,
    clock: Clock,
  ) {
    this.signal = signal
    this.#controller = controller
    this.#clock = clock
    this.#write(`retry: ${reconnectMs}\n\n`)
    this.#remark()
  }

  send(event: string, data: unknown): boolean {
    if (this.signal.aborted || (this.#controller.desiredSize ?? 0) <= 0) return false
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    return true
  }

  close(): void {
    this.#comment?.cancel()
    // Whoever is gone has ended it already.
    if (this.#controller.desiredSize !== null && !this.#isGone) this.#controller.close()
  }

  #isGone = false

  #remark(): void {
    this.#comment = this.#clock.after(everyCommentMs, () => {
      if (this.signal.aborted) return
      this.#write(': \n\n')
      this.#remark()
    })
  }

  #write(text: string): void {
    try {
      this.#controller.enqueue(this.#encoder.encode(text))
    } catch {
      this.#isGone = true
    }
  }
}

/** Aborted when the answer is written, or whoever asked does not wait for it any more. */
export function goneSignal({ env }: Pick<Context, 'env'>): AbortSignal {
  const { outgoing } = env as { readonly outgoing: ServerResponse }
  const gone = new AbortController()
  if (outgoing.destroyed) gone.abort()
  outgoing.once('close', () => gone.abort())
  return gone.signal
}
