import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Fetcher, KafkaClient } from '../../client/index.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { Span } from './spans.ts'

/** Some records at a time, in order; false where no more is wanted. */
type Take = (records: readonly Record[]) => Promise<boolean>

interface Reading {
  readonly end: bigint
  readonly take: Take
  readonly done: PromiseWithResolvers<void>
}

/** Of one answer, together with all others of a broker. */
const mostFetchedBytes = 4 * 1024 * 1024
const mostFetchedOfPartitionBytes = 512 * 1024
/** Looked at in one go: the process has something else to do as well. */
const mostRecordsAtOnce = 100
const mostBytesAtOnce = 1024 * 1024
/** A range ends where there are records, so a broker waits for none in vain. */
const longestWaitMs = 100

/** Reads ranges of a topic's partitions; each partition one at a time. */
export class RangeReader implements AsyncDisposable {
  readonly #topic: string
  readonly #fetcher: Fetcher
  readonly #readings = new Map<number, Reading>()
  readonly #signal: AbortSignal

  constructor(client: Pick<KafkaClient, 'fetcher'>, topic: string, signal: AbortSignal) {
    this.#topic = topic
    this.#signal = signal
    this.#fetcher = client.fetcher({
      maxBytes: mostFetchedBytes,
      maxPartitionBytes: mostFetchedOfPartitionBytes,
      maxWaitMs: longestWaitMs,
      // What is deleted while it is read is passed over.
      reset: 'earliest',
      onRecords: (_, partition, records) => this.#take(partition, records),
      // The last offset may be that of no record: a transaction's marker, or one that was compacted.
      onPosition: (_, partition, next) => {
        const reading = this.#readings.get(partition)
        if (reading !== undefined && next >= reading.end) this.#end(partition)
      },
      onError: (error, _, partition) => this.#fail(partition, error),
    })
    signal.addEventListener('abort', this.#abort)
  }

  /** Resolves at the end of the range, or where no more is wanted; rejects at the signal. */
  async read({ partition, start, end }: Span, take: Take): Promise<void> {
    this.#signal.throwIfAborted()
    if (start >= end) return
    const done = Promise.withResolvers<void>()
    this.#readings.set(partition, { end, take, done })
    this.#fetcher.assign(this.#topic, partition, start)
    await done.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort)
    await this.#fetcher.close()
  }

  async #take(partition: number, records: readonly Record[]): Promise<void> {
    const reading = this.#readings.get(partition)
    if (reading === undefined) return
    for (const some of pieces(records.filter(({ offset }) => offset < reading.end))) {
      if (this.#signal.aborted) return
      if (!(await reading.take(some))) return this.#end(partition)
      await nextTurn()
    }
  }

  #end(partition: number): void {
    const reading = this.#readings.get(partition)
    this.#readings.delete(partition)
    this.#fetcher.unassign(this.#topic, partition)
    reading?.done.resolve()
  }

  #fail(partition: number, error: unknown): void {
    const reading = this.#readings.get(partition)
    this.#readings.delete(partition)
    reading?.done.reject(error)
  }

  readonly #abort = (): void => {
    for (const partition of this.#readings.keys()) this.#fail(partition, this.#signal.reason)
  }
}

function pieces(records: readonly Record[]): Record[][] {
  const all: Record[][] = []
  let bytes = 0
  for (const record of records) {
    const last = all.at(-1)
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
    bytes += size
    if (last === undefined || last.length >= mostRecordsAtOnce || bytes > mostBytesAtOnce) {
      all.push([record])
      bytes = size
    } else last.push(record)
  }
  return all
}
