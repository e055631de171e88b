import { pause } from '../../../base/clock.ts'
import { Mailbox } from '../../../base/mailbox.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { IncomingMessage, Inlet, SeekTarget, Surroundings } from '../transport.ts'
import { fetchedAhead } from './ahead.ts'
import { Bucket, type Trying } from './bucket.ts'
import { messagePartsOf } from './metadata.ts'
import { namesOf, type TopicNames } from './names.ts'
import type { Found } from './order.ts'
import { Seen } from './seen.ts'
import { type S3Spec, s3SpecOf } from './spec.ts'
import { sweep } from './sweep.ts'

/** An object may appear so long after its time of writing without being missed. */
const lateMs = 60_000
/** Servers tell times of writing in whole seconds. */
const timeGrainMs = 1000
/** So large an object is no message: it is passed over, with an error in the log. */
const mostBytes = 512 * 1024 * 1024

const skippingTimeoutMs = 30_000

/** Resolves when the server has shown that the bucket can be listed. */
export async function openS3Inlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Inlet> {
  const spec = s3SpecOf(parameters, surroundings)
  const bucket = await Bucket.open(spec, parameters, surroundings, 'to read')
  const inlet = new S3Inlet(bucket, spec, parameters, surroundings)
  await inlet.seek('beginning')
  return inlet
}

class S3Inlet implements Inlet {
  readonly #bucket: Bucket
  readonly #spec: S3Spec
  readonly #topics: readonly TopicNames[]
  readonly #surroundings: Surroundings
  #inbox: Mailbox<IncomingMessage>
  #hasEnded = false
  #isClosed = false
  /** Aborted when the reading goes on elsewhere, or not at all. */
  #run = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(
    bucket: Bucket,
    spec: S3Spec,
    { topics }: ServiceParameters,
    surroundings: Surroundings,
  ) {
    this.#bucket = bucket
    this.#spec = spec
    const wanted = topics.includes('*') ? ['*'] : [...new Set(topics)]
    this.#topics = wanted.map((topic) => namesOf(spec, topic))
    this.#surroundings = surroundings
    this.#inbox = this.#newInbox()
  }

  get inbox(): Mailbox<IncomingMessage> {
    return this.#inbox
  }

  /**
   * A date is compared with the time of writing. The end is behind what is there when this resolves,
   * where new objects are looked for; without `poll_interval_ms` the reading ends there.
   */
  async seek(target: SeekTarget): Promise<void> {
    this.#run.abort()
    const run = new AbortController()
    this.#run = run
    // Who waits for room in it goes on, and sees that it is over.
    this.#inbox.clear()
    await this.#running
    if (this.#hasEnded) this.#inbox = this.#newInbox()
    this.#hasEnded = false
    const from = target instanceof Date ? target.getTime() - timeGrainMs + 1 : undefined
    const seen = new Seen(from ?? Number.NEGATIVE_INFINITY)
    if (target === 'end' && this.#spec.poll_interval_ms !== undefined) {
      await this.#skip(seen, run.signal)
    }
    if (!this.#isClosed) this.#running = this.#read(seen, run.signal, target === 'end')
  }

  info() {
    return { bucket: this.#bucket.name }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#run.abort()
    this.#inbox.close()
    await this.#running
    this.#bucket.close()
  }

  /** One message at a time: what has been put is then known to be taken. What is fetched ahead waits outside. */
  #newInbox(): Mailbox<IncomingMessage> {
    return new Mailbox(1, this.#surroundings.clock)
  }

  async #skip(seen: Seen, signal: AbortSignal): Promise<void> {
    const trying = { withinMs: skippingTimeoutMs, signal }
    try {
      await this.#sweep(seen, trying, async (objects) => {
        for await (const object of objects) seen.add(object)
      })
    } catch (error) {
      if (!signal.aborted) this.#end(error)
      throw error
    }
  }

  async #read(seen: Seen, signal: AbortSignal, isAtEnd: boolean): Promise<void> {
    const { poll_interval_ms: pollMs } = this.#spec
    const trying = { withinMs: Number.POSITIVE_INFINITY, signal }
    const look = () => this.#sweep(seen, trying, (objects) => this.#hand(objects, seen, trying))
    try {
      if (!isAtEnd) await look()
      while (pollMs !== undefined && !signal.aborted) {
        await pause(pollMs, { clock: this.#surroundings.clock, signal })
        if (!signal.aborted) await look()
      }
      if (!signal.aborted) this.#end()
    } catch (error) {
      if (!signal.aborted) this.#end(error)
    }
  }

  /** Until the next seek. */
  #end(error?: unknown): void {
    if (error === undefined) this.#inbox.close()
    else this.#inbox.fail(error)
    this.#hasEnded = true
  }

  async #sweep(
    seen: Seen,
    trying: Trying,
    use: (objects: AsyncIterable<Found>) => Promise<void>,
  ): Promise<void> {
    seen.beginSweep(this.#bucket.serverTime - lateMs)
    for (const names of this.#topics) {
      await use(
        sweep(
          names,
          (object) => seen.isNew(object),
          (prefix, startAfter) => this.#bucket.list(prefix, startAfter, trying),
        ),
      )
    }
    seen.endSweep()
  }

  /** Returns when the reader has taken all of them. */
  async #hand(objects: AsyncIterable<Found>, seen: Seen, trying: Trying): Promise<void> {
    const messages = fetchedAhead(objects, (object) => {
      seen.add(object)
      return this.#fetch(object, trying)
    })
    for await (const message of messages) {
      if (trying.signal.aborted) return
      if (message !== undefined) await this.#inbox.put(message)
    }
  }

  /** Undefined where there is no message to hand out. */
  async #fetch(object: Found, trying: Trying): Promise<IncomingMessage | undefined> {
    const { key, size, topic, writtenAt } = object
    if (size > mostBytes) {
      const facts = { key, size, limit: mostBytes }
      this.#surroundings.logger.error('An object is too large for a message; passed over', facts)
      return undefined
    }
    const fetched = await this.#bucket.get(key, trying)
    if (fetched === undefined) return undefined
    const { bytes, metadata, etag } = fetched
    const lastModified = new Date(writtenAt)
    const raw = { bucket: this.#bucket.name, key, etag, metadata, lastModified }
    return { topic, bytes, ...messagePartsOf(metadata), place: { key }, raw }
  }
}
