import { pause, type Timer } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import type { Compression } from '../../protocols/kafka/compression/index.ts'
import type { BatchStamp, Sendable } from './batch.ts'
import type { Cluster } from './cluster.ts'
import { answeredError, asLeatError, clientError } from './errors.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { askProducerIdentity, nextEpoch } from './producer-identity.ts'
import { type Patience, retryDelayMs } from './retry.ts'
import { verdictOn } from './verdict.ts'

export interface SenderOptions {
  readonly cluster: Cluster
  readonly patience: Patience
  readonly lane: string
  readonly acks: 0 | 1 | -1
  readonly isIdempotent: boolean
  readonly lingerMs: number
  readonly compression: Compression
  readonly requestTimeoutMs: number
  readonly deliveryTimeoutMs: number
  /** See ProducerOptions. */
  readonly mayWrite?: (() => boolean) | undefined
  /** The batch is settled, one way or the other. */
  readonly onSettled: (batch: Sendable) => void
  /** A batch of the partition goes out. */
  readonly onTaken: (queue: PartitionQueue) => void
}

const mostInFlight = 5
const requestBytes = 1024 * 1024
/** Topic ids take the place of names in version 13. */
const byName = { atMost: 12 }
const leaderCheckMs = 100
/** How often whoever may not write now looks whether it may. */
const heldCheckMs = 100

interface Sending {
  readonly queue: PartitionQueue
  readonly batch: Sendable
}

/**
 * Carries the queues of partitions to the brokers that lead them. A request goes out at once when
 * none is under way to that broker; what comes meanwhile forms the next batches, and full ones may
 * follow without waiting, up to five requests.
 */
export class Sender {
  readonly #options: SenderOptions
  /** The queues that hold anything; whoever was served goes to the end. */
  readonly #active = new Set<PartitionQueue>()
  readonly #requests = new Map<number, number>()
  readonly #learning = new Set<string>()
  /** The newest one; what was numbered under an older one is settled under that. */
  #identity: BatchStamp | undefined
  #identifying = false
  #leaderFailure: Error | undefined
  #closed: Error | undefined
  #isWoken = false
  #alarm: Timer | undefined
  #alarmMs = Number.POSITIVE_INFINITY

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Something waits in the queue. All that is added before the next turn goes out together. */
  wake(queue: PartitionQueue): void {
    this.#active.add(queue)
    this.#wake()
  }

  /** Fails everything that is not under way, and later what comes back from there. */
  close(error: Error): void {
    this.#closed = error
    this.#abandon(error)
  }

  #abandon(error: Error): void {
    for (const queue of this.#active) for (const batch of queue.drain()) this.#fail(batch, error)
    this.#active.clear()
    this.#setAlarm(this.#options.patience.clock.now())
  }

  #wake(): void {
    if (this.#isWoken) return
    this.#isWoken = true
    queueMicrotask(() => {
      this.#isWoken = false
      if (this.#closed !== undefined) this.#abandon(this.#closed)
      // One moment for the whole turn: what is due after it gets an alarm, what is not goes now.
      const now = this.#options.patience.clock.now()
      this.#expire(now)
      if (this.#mayWrite) this.#send(now)
      this.#setAlarm(now)
    })
  }

  get #mayWrite(): boolean {
    return this.#options.mayWrite?.() ?? true
  }

  #send(now: number): void {
    for (const [leader, queues] of this.#byLeader(now)) this.#serve(leader, queues, now)
  }

  #serve(leader: number, queues: readonly PartitionQueue[], now: number): void {
    while ((this.#requests.get(leader) ?? 0) < mostInFlight) {
      const sending = this.#take(queues, this.#requests.has(leader), now)
      if (sending.length === 0) return
      void this.#produce(leader, sending)
    }
  }

  /** The queues with something to send, by the broker that leads their partition. */
  #byLeader(now: number): Map<number, PartitionQueue[]> {
    const found = new Map<number, PartitionQueue[]>()
    for (const queue of this.#active) {
      if (!queue.maySend(now, this.#mostOfPartition) || !this.#isNumbered(queue)) continue
      const leader = this.#options.cluster
        .cached(queue.topic)
        ?.partitions.find(({ partition }) => partition === queue.partition)?.leader
      if (leader === undefined || leader < 0) void this.#learnLeader(queue)
      else found.set(leader, [...(found.get(leader) ?? []), queue])
    }
    return found
  }

  #take(queues: readonly PartitionQueue[], isBusy: boolean, now: number): Sending[] {
    const sending: Sending[] = []
    let bytes = 0
    for (const queue of queues) {
      if (bytes >= requestBytes) break
      if (!queue.maySend(now, this.#mostOfPartition)) continue
      const lingered = now - (queue.waitingSinceMs ?? now) >= this.#options.lingerMs
      if (!queue.hasFull && (isBusy || !lingered)) continue
      const batch = queue.take()
      if (batch === undefined) continue
      bytes += batch.bytes
      sending.push({ queue, batch })
      this.#active.delete(queue)
      this.#active.add(queue)
      this.#options.onTaken(queue)
    }
    return sending
  }

  /** Only sequences keep the order while several batches of a partition are under way. */
  get #mostOfPartition(): number {
    return this.#options.isIdempotent ? mostInFlight : 1
  }

  async #produce(leader: number, sending: readonly Sending[]): Promise<void> {
    this.#requests.set(leader, (this.#requests.get(leader) ?? 0) + 1)
    try {
      await this.#ask(leader, sending)
    } catch (error) {
      for (const one of sending) this.#broken(one, error)
    } finally {
      const left = (this.#requests.get(leader) ?? 1) - 1
      if (left === 0) this.#requests.delete(leader)
      else this.#requests.set(leader, left)
      for (const { queue } of sending) {
        if (queue.isEmpty) this.#active.delete(queue)
        else this.#active.add(queue)
      }
      this.#wake()
    }
  }

  async #ask(leader: number, sending: readonly Sending[]): Promise<void> {
    const { cluster, lane, acks, requestTimeoutMs } = this.#options
    const connection = await cluster.broker(leader, lane)
    if (!this.#mayWrite) {
      for (const { queue, batch } of sending) this.#retry(queue, batch)
      return
    }
    const body = { acks, timeoutMs: requestTimeoutMs, topicData: this.#topicData(sending) }
    if (acks === 0) {
      await connection.tell(Produce, body, byName)
      for (const { queue, batch } of sending) this.#written(queue, batch, -1n)
      return
    }
    const answer = await connection.request(Produce, body, byName)
    const answers = new Map(
      answer.responses.flatMap(({ name, partitionResponses }) =>
        partitionResponses.map((one) => [`${name}/${one.index}`, one]),
      ),
    )
    for (const one of sending) {
      const said = answers.get(`${one.queue.topic}/${one.queue.partition}`)
      if (said === undefined) this.#broken(one, answeredError(-1, 'The answer lacks a partition'))
      else this.#judge(one, said.errorCode, said.baseOffset, said.errorMessage)
    }
  }

  #topicData(sending: readonly Sending[]) {
    const byTopic = Map.groupBy(sending, ({ queue }) => queue.topic)
    return Array.from(byTopic, ([name, ofTopic]) => ({
      name,
      partitionData: ofTopic.map(({ queue, batch }) => ({
        index: queue.partition,
        records: batch.encode(this.#options.compression, queue.identity),
      })),
    }))
  }

  #judge({ queue, batch }: Sending, code: number, offset: bigint, message: string | null): void {
    const verdict = verdictOn(code, {
      records: batch.count,
      isIdempotent: this.#options.isIdempotent,
      isFirst: queue.isFirst(batch),
    })
    if (verdict === 'written' || verdict === 'written-before') {
      this.#written(queue, batch, verdict === 'written' ? offset : -1n)
      return
    }
    if (verdict === 'split') {
      queue.retry(batch, batch.halves())
      return
    }
    const about = `Partition ${queue.partition} of topic '${queue.topic}'`
    batch.failure = answeredError(code, message === null ? about : `${about} (${message})`)
    if (verdict === 'fail') {
      queue.giveUp(batch)
      this.#fail(batch, batch.failure)
      return
    }
    if (verdict === 'new-epoch' || verdict === 'new-identity') queue.refuse()
    if (verdict === 'new-identity' && queue.identity === this.#identity) this.#identity = undefined
    if (verdict === 'retry-elsewhere') this.#options.cluster.forget(queue.topic)
    this.#retry(queue, batch)
  }

  /** Nothing is known of a batch: its request got no answer. */
  #broken({ queue, batch }: Sending, error: unknown): void {
    batch.failure = asLeatError(error)
    if (!isRetriable(error)) {
      queue.giveUp(batch)
      this.#fail(batch, batch.failure)
      return
    }
    this.#options.cluster.forget(queue.topic)
    this.#retry(queue, batch)
  }

  #retry(queue: PartitionQueue, batch: Sendable): void {
    const { clock, random } = this.#options.patience
    queue.notBeforeMs = clock.now() + retryDelayMs(batch.attempts, random)
    batch.attempts += 1
    queue.retry(batch)
  }

  #written(queue: PartitionQueue, batch: Sendable, baseOffset: bigint): void {
    queue.done(batch)
    batch.acknowledge(queue.topic, queue.partition, baseOffset)
    this.#options.onSettled(batch)
  }

  #fail(batch: Sendable, error: Error): void {
    batch.fail(error)
    this.#options.onSettled(batch)
  }

  /** Whether batches of the queue may be numbered; if not, sees to it that they soon may. */
  #isNumbered(queue: PartitionQueue): boolean {
    if (!this.#options.isIdempotent) return true
    while (this.#identity !== undefined && !queue.adopt(this.#identity)) {
      this.#identity = nextEpoch(this.#identity)
    }
    if (this.#identity === undefined && !this.#identifying) void this.#identify()
    return this.#identity !== undefined
  }

  async #identify(): Promise<void> {
    const { cluster, patience, deliveryTimeoutMs } = this.#options
    this.#identifying = true
    try {
      this.#identity = await askProducerIdentity(cluster, deliveryTimeoutMs, patience)
    } catch (error) {
      this.#abandon(asLeatError(error))
    } finally {
      this.#identifying = false
      this.#wake()
    }
  }

  /** Asks who leads the partition, of each topic once at a time. */
  async #learnLeader({ topic, partition }: PartitionQueue): Promise<void> {
    if (this.#learning.has(topic)) return
    this.#learning.add(topic)
    const { cluster, patience } = this.#options
    try {
      cluster.forget(topic)
      await cluster.leader(topic, partition)
    } catch (error) {
      this.#leaderFailure = asLeatError(error)
      await pause(leaderCheckMs, patience)
    }
    this.#learning.delete(topic)
    this.#wake()
  }

  /** Gives up what was not acknowledged in time. */
  #expire(now: number): void {
    const { deliveryTimeoutMs } = this.#options
    const beforeMs = now - deliveryTimeoutMs
    for (const queue of this.#active) {
      for (const batch of queue.expire(beforeMs)) {
        const cause = batch.failure ?? this.#leaderFailure
        const why = cause?.message ?? 'the broker did not take it.'
        const facts = { topic: queue.topic, ms: deliveryTimeoutMs, why }
        this.#fail(batch, clientError('delivery-timed-out', facts, { cause }))
      }
      if (queue.isEmpty) this.#active.delete(queue)
    }
  }

  /** Wakes us for what becomes due by itself: a back-off, a linger or a deadline. */
  #setAlarm(now: number): void {
    const { patience, deliveryTimeoutMs, lingerMs } = this.#options
    let due = Number.POSITIVE_INFINITY
    if (this.#active.size > 0 && !this.#mayWrite) due = now + heldCheckMs
    for (const { waitingSinceMs, notBeforeMs } of this.#active) {
      if (waitingSinceMs === undefined) continue
      for (const at of [notBeforeMs, waitingSinceMs + lingerMs, waitingSinceMs + deliveryTimeoutMs])
        if (at > now && at < due) due = at
    }
    if (due === this.#alarmMs) return
    this.#alarm?.cancel()
    this.#alarmMs = due
    if (due === Number.POSITIVE_INFINITY) return
    this.#alarm = patience.clock.after(due - now, () => {
      this.#alarmMs = Number.POSITIVE_INFINITY
      this.#wake()
    })
  }
}
