import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { refusal } from '../errors.ts'
import type { RegistryLimits } from '../limits.ts'
import type { FetchedRecord, Kafka, KafkaFetcher, KafkaProducer } from './kafka.ts'
import { type Change, decodeChange, encodeChange } from './records.ts'
import { RegistryState, type Verdict } from './state.ts'

export interface SchemaTopicOptions {
  readonly kafka: Kafka
  readonly name: string
  readonly limits: RegistryLimits
  readonly clock: Clock
  readonly logger: Logger
}

interface Waiting {
  readonly offset: bigint
  readonly settle: (failure?: Error) => void
}

const topicConfig = { 'cleanup.policy': 'compact' }
const retryMs = 500
const existsAgainMs = 20
/** Verdicts on records whose writer may still ask for them. */
const keptVerdicts = 10_000

/**
 * The topic that holds everything: read whole, then followed. A write resolves when it is read
 * back, with the verdict that every registry comes to at that place.
 */
export class SchemaTopic {
  readonly #options: SchemaTopicOptions
  readonly #closing = new AbortController()
  readonly #verdicts = new Map<bigint, Verdict>()
  /** Versions whose last record is one that came too late. */
  readonly #overwritten = new Map<string, Change & { readonly type: 'SCHEMA' }>()
  #state = new RegistryState()
  #isLive = false
  #waiting: Waiting[] = []
  #position = 0n
  #fetcher: KafkaFetcher | undefined
  #producer: KafkaProducer | undefined
  #following: Promise<void> | undefined

  constructor(options: SchemaTopicOptions) {
    this.#options = options
  }

  /** What has been read so far. */
  get state(): RegistryState {
    return this.#state
  }

  /**
   * Everything that was written before this call is applied. Without a topic there is nothing to
   * apply; `create` makes one. Throws 'store-failed' or 'store-timed-out', which may pass.
   */
  async catchUp({ create = false }: { create?: boolean } = {}): Promise<void> {
    try {
      if (this.#following === undefined && !(await this.#exists())) {
        if (!create) return
        await this.#create()
      }
      await this.#followed()
      await this.#applied((await this.#offset('latest')) - 1n)
    } catch (error) {
      throw this.#asRefusal(error)
    }
  }

  /** As `catchUp`, but without asking where the end is: what was read at the start, and since. */
  async ready(): Promise<void> {
    if (this.#following === undefined) await this.catchUp()
    else await this.#following
  }

  /** Writes one record; resolves when it is as durable as the cluster makes it and is read back. */
  async write(change: Change): Promise<Verdict> {
    const { kafka, name, clock } = this.#options
    try {
      this.#producer ??= kafka.producer({
        acks: -1,
        deliveryTimeoutMs: this.#options.limits.writeMs,
        closeTimeoutMs: this.#options.limits.closeMs,
      })
      const record = { topic: name, partition: 0, ...encodeChange(change), timestamp: clock.now() }
      const { offset } = await this.#producer.send(record)
      await this.#applied(offset)
      return this.#verdicts.get(offset) ?? { holds: true }
    } catch (error) {
      throw this.#asRefusal(error)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#failWaiting(refusal('store-failed', { why: 'the registry is closed.' }))
    await Promise.all([this.#fetcher?.close(), this.#producer?.close()])
  }

  #followed(): Promise<void> {
    this.#following ??= this.#follow().catch((error) => {
      this.#following = undefined
      throw this.#asRefusal(error)
    })
    return this.#following
  }

  async #follow(): Promise<void> {
    const { kafka, name, logger } = this.#options
    this.#position = await this.#offset('earliest')
    const end = await this.#offset('latest')
    this.#state = new RegistryState()
    this.#verdicts.clear()
    this.#overwritten.clear()
    this.#isLive = false
    this.#fetcher ??= kafka.fetcher({
      onRecords: (_topic, _partition, records) => {
        for (const record of records) this.#take(record)
      },
      onError: (error) => this.#readAgain(error),
    })
    this.#fetcher.assign(name, 0, this.#position)
    await this.#applied(end - 1n)
    this.#isLive = true
    for (const change of this.#overwritten.values()) this.#writeAgain(change)
    logger.info('The schemas are read', { topic: name, versions: this.#state.versions.count })
  }

  #take({ offset, key, value, timestamp }: FetchedRecord): void {
    try {
      const change = decodeChange(key, value)
      if (change !== undefined) this.#apply(change, offset, Number(timestamp))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      this.#options.logger.warn('A record of the topic of the schemas is no JSON: passed over', {
        topic: this.#options.name,
        offset: String(offset),
      })
    }
    this.#position = offset + 1n
    for (const one of this.#waiting) if (one.offset < this.#position) one.settle()
  }

  #apply(change: Change, offset: bigint, ts: number): void {
    const verdict = this.#state.apply(change, ts)
    if (change.type !== 'SCHEMA') return
    const version = `${change.version}/${change.subject}`
    if (verdict.holds) this.#overwritten.delete(version)
    else {
      this.#keepVerdict(offset, verdict)
      this.#overwritten.set(version, change)
      if (this.#isLive) this.#writeAgain(change)
    }
  }

  #keepVerdict(offset: bigint, verdict: Verdict): void {
    this.#verdicts.set(offset, verdict)
    const [oldest] = this.#verdicts.keys()
    if (this.#verdicts.size > keptVerdicts && oldest !== undefined) this.#verdicts.delete(oldest)
  }

  /** A late record must not stay the last of its key, which is all that compaction keeps. */
  #writeAgain({ type, subject, version }: Change & { readonly type: 'SCHEMA' }): void {
    const value = this.#state.versions.get(subject, version)
    if (value === undefined) return
    this.write({ type, subject, version, value }).catch((error) => {
      this.#options.logger.warn('A version could not be written again behind a late record', {
        subject,
        version,
        error: sentence(error),
      })
    })
  }

  #readAgain(error: unknown): void {
    if (this.#closing.signal.aborted) return
    const { name, logger, clock } = this.#options
    logger.error('The topic of the schemas cannot be read on; it is read again', {
      topic: name,
      error: sentence(error),
    })
    this.#following = undefined
    this.#failWaiting(refusal('store-failed', { why: 'it is being read again.' }))
    // Whoever asks meanwhile tries it too, and is told why it fails.
    void pause(retryMs, { clock, signal: this.#closing.signal })
      .then(() => this.catchUp())
      .catch(() => {})
  }

  /** Resolves when the record at this offset is applied. */
  #applied(offset: bigint): Promise<void> {
    if (this.#position > offset) return Promise.resolve()
    const { clock, limits } = this.#options
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        offset,
        settle: (failure) => {
          timer.cancel()
          this.#waiting = this.#waiting.filter((one) => one !== waiting)
          if (failure === undefined) resolve()
          else reject(failure)
        },
      }
      const timer = clock.after(limits.writeMs, () =>
        waiting.settle(refusal('store-timed-out', { ms: limits.writeMs })),
      )
      this.#waiting.push(waiting)
    })
  }

  #failWaiting(failure: Error): void {
    for (const one of this.#waiting) one.settle(failure)
  }

  async #create(): Promise<void> {
    const { kafka, name, logger, clock } = this.#options
    const [made] = await kafka.createTopics([{ name, partitions: 1, config: topicConfig }])
    const failure = made?.error
    if (failure !== undefined && failure.code !== 'topic-already-exists') throw failure
    if (failure === undefined) logger.info('The topic of the schemas is made', { topic: name })
    const deadline = clock.now() + this.#options.limits.startMs
    while (!(await this.#exists())) {
      if (clock.now() > deadline) throw refusal('store-failed', { why: `${name} is not there.` })
      await pause(existsAgainMs, { clock, signal: this.#closing.signal })
    }
  }

  async #exists(): Promise<boolean> {
    const { kafka, name } = this.#options
    const [topic] = await kafka.topics([name])
    if (topic === undefined || topic.error?.code === 'unknown-topic-or-partition') return false
    if (topic.error !== undefined) throw topic.error
    if (topic.partitions.length > 1) {
      const why = `'${name}' has ${topic.partitions.length} partitions, and must have one.`
      throw refusal('store-failed', { why })
    }
    return topic.partitions.length === 1
  }

  async #offset(at: 'earliest' | 'latest'): Promise<bigint> {
    const { kafka, name } = this.#options
    const [found] = await kafka.offsets([{ topic: name, partition: 0, at }])
    if (found?.error !== undefined) throw found.error
    return found?.offset ?? 0n
  }

  #asRefusal(error: unknown): Error {
    const { code } = Object(error) as { code?: unknown }
    if (code === 'store-failed' || code === 'store-timed-out') return error as Error
    if (code === 'message-too-large') return refusal('schema-too-large', undefined)
    return refusal('store-failed', { why: sentence(error) }, { cause: error })
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
