import { atMost, pause } from '../../../base/clock.ts'
import { isRetriable } from '../../../base/errors.ts'
import type { Record } from '../../../protocols/kafka/record-batch.ts'
import { type AssignedPosition, type GroupConsumer, isGenerationEnd } from '../../kafka/consumer.ts'
import { retryDelayMs } from '../../kafka/retry.ts'
import type { Inlet, SeekTarget } from '../transport.ts'
import { Coalesced } from './coalesced.ts'
import { asKafkaError, kafkaTransportError } from './errors.ts'
import type { Opening } from './inlet.ts'
import { Intake } from './intake.ts'
import { positionsAt, timeOf } from './places.ts'
import { KafkaMessage, type Reading } from './reading.ts'
import { fetchingOf } from './spec.ts'

const defaults = { commitMs: 100, lookMs: 30_000, pollRecords: 500 }
/** Other members may take a minute until they have let go of their partitions. */
const joiningMs = 120_000
/** A coordinator that is gone must not keep a reader from closing. */
const closingMs = 5000

/**
 * A member of a group. What its consistency has it commit, and when: AT_LEAST_ONCE what is done,
 * soon; EXACTLY_ONCE each message's place, before it is handed out; AT_MOST_ONCE the same for many
 * at once.
 */
export class GroupInlet implements Inlet {
  readonly #opening: Opening
  readonly #group: string
  readonly #intake: Intake
  readonly #consumer: GroupConsumer
  readonly #commits: Coalesced
  readonly #assigned = Promise.withResolvers<void>()
  readonly #closing = new AbortController()
  /** Beside an offset that this reader has committed, to know it again. */
  readonly #note: string
  readonly #messageOf: (reading: Reading, record: Record) => KafkaMessage
  /** The message whose place is being taken: a reader takes one at a time. */
  #claimed: { readonly message: KafkaMessage; readonly isOurs: Promise<boolean> } | undefined
  #closed: Promise<void> | undefined

  private constructor(opening: Opening, group: string) {
    const { client, spec, surroundings, parameters } = opening
    this.#opening = opening
    this.#group = group
    this.#intake = new Intake(surroundings)
    this.#note = surroundings.random.bytes(9).toString('base64url')
    this.#messageOf = messageMaker(
      parameters.consistency,
      (reading) => this.#progressed(reading),
      (message) => this.#claim(message),
    )
    const intervalMs = spec.auto_commit_interval_ms ?? defaults.commitMs
    this.#commits = new Coalesced(surroundings.clock, intervalMs, () => this.#commitDone())
    const partitionsThen = new Map(opening.topics.map((one) => [one.name, one.partitions.length]))
    const { session_timeout_ms: sessionTimeoutMs, heartbeat_interval_ms: heartbeatMs } = spec
    this.#consumer = client.consumer({
      group,
      topics: parameters.topics,
      ...(sessionTimeoutMs !== undefined && { sessionTimeoutMs }),
      ...(heartbeatMs !== undefined && { heartbeatMs }),
      metadataMaxAgeMs: spec.metadata_max_age_ms ?? defaults.lookMs,
      fetching: fetchingOf(spec),
      commitsHandled: false,
      beginAt: (topic, partition) => {
        // It was made while we read, so nothing of it may be missed.
        if (partition >= (partitionsThen.get(topic) ?? 0)) return 'earliest'
        const reset = spec.auto_offset_reset ?? 'latest'
        if (reset === 'none') throw kafkaTransportError('kafka-no-position', { topic })
        return reset
      },
      onAssigned: (positions) => this.#onAssigned(positions),
      onRevoked: () => this.#onRevoked(),
      onRecords: (topic, partition, records) => this.#onRecords(topic, partition, records),
    })
  }

  /** Resolves when the reader has its first partitions, and their positions are fixed. */
  static async open(opening: Opening, group: string): Promise<GroupInlet> {
    const inlet = new GroupInlet(opening, group)
    const { brokers } = opening.parameters
    inlet.#consumer.run().catch((error) => inlet.#fail(error))
    const timer = opening.surroundings.clock.after(joiningMs, () => {
      const why = `group '${group}' did not take the reader in within ${joiningMs} ms.`
      const error = kafkaTransportError('kafka-unreachable', { brokers: brokers.join(','), why })
      inlet.#assigned.reject(error)
    })
    try {
      await inlet.#assigned.promise
    } catch (error) {
      await inlet.close()
      throw error
    } finally {
      timer.cancel()
    }
    return inlet
  }

  get inbox() {
    return this.#intake.inbox
  }

  async seek(target: SeekTarget): Promise<void> {
    const { client, parameters, spec } = this.#opening
    try {
      for (;;) {
        const before = this.#intake.readings
        if (before.length === 0)
          throw kafkaTransportError('kafka-unassigned', { group: this.#group })
        const positions = await positionsAt(client, timeOf(target), before, fetchingOf(spec))
        // Where the group has shared out anew meanwhile, there are other partitions to ask for.
        if (before.some(({ state }) => state === 'revoked')) continue
        this.#intake.leaveFor(positions)
        for (const { topic, partition, offset } of positions) {
          this.#consumer.seek(topic, partition, offset)
        }
        this.#commits.ask()
        return
      }
    } catch (error) {
      throw asKafkaError(error, parameters.brokers)
    }
  }

  figures() {
    return { 'consumer-metrics': this.#opening.client.figures }
  }

  info() {
    const { brokers } = this.#opening.parameters
    const assignment = this.#intake.assignment()
    return { bootstrap_servers: brokers, group_id: this.#group, assignment }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const { clock } = this.#opening.surroundings
    const left = this.inbox.discard(() => true)
    this.inbox.close()
    // Whoever claimed hears of its failure.
    if (this.#claimed !== undefined) await atMost(clock, closingMs, this.#claimed.isOurs)
    this.#closing.abort()
    this.#giveBack(left)
    await atMost(clock, closingMs, this.#consumer.close())
    await this.#opening.client.close()
  }

  /** What was committed, and not handed out after all, is for the next reader. */
  #giveBack(left: readonly KafkaMessage[]): void {
    if (this.#isAhead) {
      for (const reading of this.#intake.readings) reading.place = reading.next
      for (const { reading, record } of left.toReversed()) reading.place = record.offset
    }
    if (this.#claimed !== undefined) {
      const { reading, record } = this.#claimed.message
      reading.place = record.offset
    }
  }

  async #onAssigned(positions: readonly AssignedPosition[]): Promise<void> {
    for (const { topic, partition, next, isCommitted } of positions) {
      this.#intake.begin(topic, partition, next, isCommitted ? next : undefined)
    }
    // A reader that dies before its first commit has a place nevertheless.
    if (this.#commitsByItself) await this.#write(this.#intake.readings)
    this.#assigned.resolve()
  }

  async #onRevoked(): Promise<void> {
    const revoked = this.#intake.revoke(this.#isAhead)
    try {
      await this.#commits.settle()
      if (this.#commitsByItself) await this.#write(revoked)
    } catch (error) {
      // Then the next reader goes on at what was committed before.
      this.#opening.surroundings.logger.debug('a last commit was not taken', {
        group: this.#group,
        error: String(error),
      })
    }
  }

  async #onRecords(topic: string, partition: number, records: readonly Record[]): Promise<void> {
    const reading = this.#intake.reading(topic, partition)
    if (reading === undefined) return
    if (!this.#isAhead) return await this.#intake.bring(reading, records, this.#messageOf)
    const most = this.#opening.spec.max_poll_records ?? defaults.pollRecords
    for (let start = 0; start < records.length; start += most) {
      if (reading.state !== 'current' || this.#closing.signal.aborted) return
      const some = records.slice(start, start + most)
      reading.place = (some.at(-1)?.offset ?? 0n) + 1n
      if (!(await this.#isCommitted(reading))) return
      await this.#intake.bring(reading, some, this.#messageOf)
    }
  }

  /** AT_MOST_ONCE commits what it is going to hand out. */
  get #isAhead(): boolean {
    return this.#opening.parameters.consistency === 'AT_MOST_ONCE' && this.#commitsByItself
  }

  get #commitsByItself(): boolean {
    return this.#opening.spec.enable_auto_commit ?? true
  }

  #progressed(reading: Reading): void {
    if (reading.passOver() && reading.state === 'current' && this.#commitsByItself) {
      this.#commits.ask()
    }
  }

  /** Makes what the group has on record what it is to have. Throws what the client throws. */
  async #write(readings: readonly Reading[]): Promise<void> {
    const note = this.#note
    const behind = readings
      .filter(({ place, committed }) => place !== committed)
      .map((reading) => ({ reading, next: reading.place }))
    if (behind.length === 0) return
    for (const { reading } of behind) reading.committed = undefined
    await this.#consumer.commit(
      behind.map(({ reading: { topic, partition }, next }) => ({ topic, partition, next, note })),
    )
    for (const { reading, next } of behind) reading.committed = next
  }

  async #commitDone(): Promise<void> {
    try {
      await this.#write(this.#intake.readings)
    } catch (error) {
      if (isGenerationEnd(error)) return
      if (isRetriable(error)) this.#commits.ask()
      else this.#fail(error)
    }
  }

  async #claim(message: KafkaMessage): Promise<boolean> {
    const { reading, record } = message
    if (reading.state !== 'current') return false
    reading.place = record.offset + 1n
    this.#claimed = { message, isOurs: this.#isCommitted(reading) }
    try {
      return await this.#claimed.isOurs
    } finally {
      this.#claimed = undefined
    }
  }

  /**
   * Tries until the place of the reading is committed; false where that is not ours to do any more.
   * A commit that got no answer may have come through: then the place is ours, which the note tells.
   */
  async #isCommitted(reading: Reading): Promise<boolean> {
    const { clock, random } = this.#opening.surroundings
    const { signal } = this.#closing
    const { place } = reading
    let isMember = true
    let isInDoubt = false
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const isCurrent = isMember && reading.state === 'current'
        if (isCurrent) await this.#write([reading])
        const isTaken = isCurrent || (isInDoubt && (await this.#isNoted(reading, place)))
        // It may have been left, or given back, while the commit was on its way.
        return isTaken && !hasLeft(reading) && !signal.aborted
      } catch (error) {
        if (isGenerationEnd(error)) {
          isMember = false
          continue
        }
        if (!isRetriable(error)) throw asKafkaError(error, this.#opening.parameters.brokers)
        isInDoubt = true
        await pause(retryDelayMs(failures, random), { clock, signal })
      }
    }
    return false
  }

  async #isNoted({ topic, partition }: Reading, place: bigint): Promise<boolean> {
    const found = await this.#consumer.committed(topic, partition)
    return found?.next === place && found.note === this.#note
  }

  #fail(error: unknown): void {
    const failure = asKafkaError(error, this.#opening.parameters.brokers)
    this.#assigned.reject(failure)
    this.inbox.fail(failure)
  }
}

/** Asks anew, as the state changes under whoever waits. */
function hasLeft({ state }: Reading): boolean {
  return state === 'left'
}

/** Each consistency's messages have what it asks of them, and nothing that costs time otherwise. */
function messageMaker(
  consistency: Opening['parameters']['consistency'],
  progressed: (reading: Reading) => void,
  claim: (message: KafkaMessage) => Promise<boolean>,
): (reading: Reading, record: Record) => KafkaMessage {
  class DoneMessage extends KafkaMessage {
    done(): void {
      this.isDone = true
      progressed(this.reading)
    }
  }
  class ClaimedMessage extends KafkaMessage {
    async claim(): Promise<boolean> {
      return await claim(this)
    }
  }
  if (consistency === 'AT_MOST_ONCE') return (reading, record) => new KafkaMessage(reading, record)
  if (consistency === 'EXACTLY_ONCE') {
    return (reading, record) => new ClaimedMessage(reading, record)
  }
  return (reading, record) => {
    const message = new DoneMessage(reading, record)
    reading.awaitDone(message)
    return message
  }
}
