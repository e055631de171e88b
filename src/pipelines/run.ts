import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, pause } from '../base/clock.ts'
import { isRetriable } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import {
  type AssignedPosition,
  type GroupConsumer,
  type KafkaClient,
  type Producer,
  selectionChange,
  selectTopics,
} from '../client/index.ts'
import type { SchemaValues } from '../client/registry/index.ts'
import type { Record } from '../protocols/kafka/record-batch.ts'
import { deadLetter } from './dead-letter.ts'
import type { PipelineEvent } from './event.ts'
import { openFlow } from './flow.ts'
import type { AvroValues } from './formats/avro-values.ts'
import { type ReadValue, valueReader } from './formats/read-value.ts'
import { writeKey, writeValue } from './formats/write-value.ts'
import { formulaParser } from './formula-parser.ts'
import { progressOf, readProgress } from './progress.ts'
import { eventOf } from './reading.ts'
import type { PipelineSpec } from './spec.ts'
import type { Flow, TargetSpec } from './steps/step.ts'
import { targetTopics } from './targets.ts'
import { topicSelection } from './topics.ts'

export interface PipelineParts {
  readonly client: KafkaClient
  readonly schemas: SchemaValues | undefined
  readonly avro: AvroValues | undefined
  readonly clock: Clock
  readonly logger: Logger
  /** A name that no other process has, now or after a restart: it gets its partitions back at once. */
  readonly instance: string | undefined
}

export interface PipelineStatus {
  readonly name: string
  readonly state: 'RUNNING' | 'FAILED' | 'STOPPED'
  /** Why it failed last; it tries again by itself. */
  readonly why?: string
  readonly read: number
  readonly written: number
  /** Records that went to the errors. */
  readonly failed: number
  /** Events that came after their window was closed. */
  readonly late: number
}

/** The group that a pipeline reads as: its lag is the pipeline's. */
export const groupOf = (name: string) => `pipeline-${name}`

/** So many records are worked through before others have a turn. */
const recordsATurn = 200
/** Until then the partitions of a process that died are nobody's. */
const sessionTimeoutMs = 10_000
/** How often it is looked whether other topics match. */
const lookMs = 30_000
const firstPauseMs = 500
const longestPauseMs = 60_000

interface Output {
  readonly target: TargetSpec
  readonly event: PipelineEvent
}

/** One partition that is ours. */
interface Place {
  readonly flow: Flow
  /** Before this offset, records are read again for what windows remember, and nothing is written. */
  readonly begin: bigint
}

/**
 * One pipeline: a member of its group, which writes what comes out, waits for the
 * acknowledgements, and commits after that. What fails as a whole is tried again, ever slower.
 */
export class Pipeline {
  readonly name: string
  readonly #spec: PipelineSpec
  readonly #parts: PipelineParts
  readonly #readValue: ReadValue
  readonly #expression = formulaParser()
  readonly #closing = new AbortController()
  readonly #places = new Map<string, Place>()
  readonly #running: Promise<void>
  #producer: Producer | undefined
  #consumer: GroupConsumer | undefined
  #outputs: Output[] = []
  #failures: { readonly event: PipelineEvent; readonly error: unknown }[] = []
  #why: string | undefined
  #read = 0
  #written = 0
  #failed = 0
  #late = 0

  private constructor(name: string, spec: PipelineSpec, parts: PipelineParts) {
    this.name = name
    this.#spec = spec
    this.#parts = parts
    this.#readValue = valueReader(spec.format, parts.schemas)
    this.#running = this.#run()
  }

  static start(name: string, spec: PipelineSpec, parts: PipelineParts): Pipeline {
    return new Pipeline(name, spec, parts)
  }

  get status(): PipelineStatus {
    const state = this.#closing.signal.aborted
      ? 'STOPPED'
      : this.#why === undefined
        ? 'RUNNING'
        : 'FAILED'
    return {
      name: this.name,
      state,
      ...(this.#why === undefined ? {} : { why: this.#why }),
      read: this.#read,
      written: this.#written,
      failed: this.#failed,
      late: this.#late,
    }
  }

  /** Finishes and commits what it has in hand. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#consumer?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#parts
    const { signal } = this.#closing
    let failures = 0
    while (!signal.aborted) {
      const read = this.#read
      try {
        await this.#runOnce()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        if (this.#read > read) failures = 0
        this.#why = error instanceof Error ? error.message : String(error)
        const pauseMs = Math.min(firstPauseMs * 2 ** failures++, longestPauseMs)
        logger.warn('A pipeline failed; it is started again', {
          pipeline: this.name,
          why: this.#why,
          inMs: pauseMs,
        })
        await pause(pauseMs, { clock, signal })
      }
    }
  }

  /** Until it is closed, or other topics match. */
  async #runOnce(): Promise<void> {
    const { client, clock, logger, instance } = this.#parts
    const selection = topicSelection(this.#spec.from)
    const topics = await selectTopics(selection, client)
    await this.#ensureTargets()
    await using producer = client.producer()
    const consumer = client.consumer({
      group: groupOf(this.name),
      topics,
      fromBeginning: this.#spec.start === 'beginning',
      fetching: { committedOnly: true },
      commitsHandled: false,
      sessionTimeoutMs,
      ...(instance && { instanceId: `${instance}-${this.name}` }),
      onAssigned: async (positions) => {
        this.#why = undefined
        return await Promise.all(positions.map((position) => this.#open(position)))
      },
      onRevoked: () => this.#places.clear(),
      onRecords: (topic, partition, records) => this.#handle(topic, partition, records),
    })
    this.#producer = producer
    this.#consumer = consumer
    if (this.#closing.signal.aborted) return
    const ended = new AbortController()
    const watch = { client, clock, logger, signal: ended.signal, everyMs: lookMs }
    void selectionChange(selection, topics, watch).then(() => consumer.close())
    try {
      await consumer.run()
    } finally {
      ended.abort()
      this.#consumer = undefined
      this.#places.clear()
      await consumer.close()
    }
  }

  async #ensureTargets(): Promise<void> {
    const { errors } = this.#spec
    const names = targetTopics(this.#spec)
    if (errors === '') names.push(`${this.name}-errors`)
    else if (errors !== 'drop' && errors !== 'stop') names.push(errors)
    const { client } = this.#parts
    const known = await client.topics(names)
    const absent = known.flatMap(({ name, error }) => (error === undefined ? [] : [{ name }]))
    for (const { error } of await client.createTopics(absent)) {
      if (error !== undefined && error.code !== 'topic-already-exists') throw error
    }
  }

  /** What windows remember comes back by reading again, from where this says. */
  async #open({
    topic,
    partition,
    next,
    isCommitted,
  }: AssignedPosition): Promise<Pick<AssignedPosition, 'topic' | 'partition' | 'next'>> {
    const flow = openFlow(this.#spec, {
      expression: this.#expression,
      emit: (target, event) => this.#outputs.push({ target, event }),
      failed: (event, error) => this.#failures.push({ event, error }),
      late: () => {
        this.#late += 1
      },
    })
    this.#places.set(placeName(topic, partition), { flow, begin: isCommitted ? next : 0n })
    const found = isCommitted ? await this.#consumer?.committed(topic, partition) : undefined
    const progress = readProgress(found?.note)
    if (progress === undefined) return { topic, partition, next }
    flow.restore(progress.note)
    return { topic, partition, next: progress.from < next ? progress.from : next }
  }

  async #handle(topic: string, partition: number, records: readonly Record[]): Promise<void> {
    const place = this.#places.get(placeName(topic, partition))
    if (place === undefined) return
    const acks: Promise<unknown>[] = []
    for (let start = 0; start < records.length; start += recordsATurn) {
      for (const record of records.slice(start, start + recordsATurn)) {
        await this.#work(topic, partition, record, place, acks)
      }
      await nextTurn()
    }
    await Promise.all(acks)
    const next = (records.at(-1)?.offset ?? -1n) + 1n
    if (next <= place.begin || this.#places.get(placeName(topic, partition)) !== place) return
    await this.#consumer?.commit([{ topic, partition, next, note: progressOf(place.flow, next) }])
  }

  /** One record through the steps, and what comes out on its way. */
  async #work(
    topic: string,
    partition: number,
    record: Record,
    { flow, begin }: Place,
    acks: Promise<unknown>[],
  ): Promise<void> {
    const isAgain = record.offset < begin
    let error: unknown
    try {
      const event = eventOf(topic, partition, record, this.#readValue)
      flow.handle(event instanceof Promise ? await event : event)
    } catch (cause) {
      // What is around us failed, not the record, which is tried again.
      if (isRetriable(cause)) throw cause
      error = cause
    }
    const outputs = this.#outputs
    const failures = this.#failures
    if (outputs.length > 0) this.#outputs = []
    if (failures.length > 0) this.#failures = []
    if (isAgain) return
    this.#read += 1
    for (const output of outputs) await this.#write(output, acks)
    for (const { event, error } of failures)
      this.#fail(topic, partition, record, error, acks, event)
    if (error !== undefined) this.#fail(topic, partition, record, error, acks)
  }

  async #write({ target, event }: Output, acks: Promise<unknown>[]): Promise<void> {
    let value: Buffer | null
    try {
      const written = writeValue(target, event, this.#parts.avro)
      value = written instanceof Promise ? await written : written
    } catch (error) {
      if (isRetriable(error)) throw error
      const { topic, partition } = event
      this.#fail(topic, partition, undefined, error, acks, event)
      return
    }
    this.#written += 1
    acks.push(
      this.#send({
        topic: target.topic,
        key: writeKey(event),
        value,
        headers: event.headers,
        timestamp: event.timestampMs,
      }),
    )
  }

  /** Where `errors` says; throws the error itself where it says 'stop'. */
  #fail(
    topic: string,
    partition: number,
    record: Record | undefined,
    error: unknown,
    acks: Promise<unknown>[],
    event?: PipelineEvent,
  ): void {
    const { errors } = this.#spec
    if (errors === 'stop') throw error
    this.#failed += 1
    if (errors === 'drop') return
    const to = errors === '' ? `${this.name}-errors` : errors
    acks.push(
      this.#send(deadLetter(to, { pipeline: this.name, topic, partition, record, event, error })),
    )
  }

  #send(record: Parameters<Producer['send']>[0]): Promise<unknown> {
    const sent = (this.#producer as Producer).send(record)
    // All of them are awaited together; until then a failure must not count as unheard.
    sent.catch(() => {})
    return sent
  }
}

function placeName(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
