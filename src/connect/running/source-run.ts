import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { Producer } from '../../client/index.ts'
import {
  RetriableError,
  type SourceProgress,
  type SourceRecord,
  type SourceTask,
  type Written,
} from '../kit/index.ts'
import type { StoredOffset } from '../state/offset-store.ts'
import type { Conversion } from './conversion.ts'
import { type ErrorPolicy, retryDelayMs } from './error-policy.ts'
import { toProducerRecord } from './source-records.ts'
import type { TaskMeter } from './task-meter.ts'

export interface SourceRunOptions {
  readonly task: SourceTask
  readonly conversion: Conversion
  readonly policy: ErrorPolicy<SourceRecord>
  readonly producer: Pick<Producer, 'send'>
  /** Makes the topic in the way that the connector says, where it says one. */
  readonly makeTopic: (topic: string) => Promise<void>
  readonly storeOffsets: (offsets: readonly StoredOffset[]) => Promise<void>
  readonly meter: TaskMeter
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly longestRetryMs: number
  readonly onTopic: (topic: string) => void
  readonly onDone: () => void
}

/**
 * One task of a source at work: what it polls is in the log before its offsets are, and both before
 * it is told and asked again. So a crash repeats records and loses none.
 */
export async function runSource(options: SourceRunOptions): Promise<void> {
  const { task, signal, meter, onDone } = options
  while (!signal.aborted) {
    if (task.write !== undefined) {
      await note(await patiently(() => task.write?.(), options), options)
      continue
    }
    const records = (await patiently(() => task.poll(), options)) ?? []
    // What is not written yet is polled again: its offsets were not stored.
    if (signal.aborted) return
    meter.read += records.length
    const reached = [...records, ...(task.progress?.() ?? [])]
    if (reached.length === 0) {
      await nextTurn()
      continue
    }
    await write(records, options)
    await options.storeOffsets(lastOffsets(reached))
    await task.committed?.()
    onDone()
  }
}

/** Waits for the other system as long as it takes. */
async function patiently<Value>(
  ask: () => Promise<Value> | undefined,
  options: SourceRunOptions,
): Promise<Value | undefined> {
  const { signal, clock, random, logger, meter, longestRetryMs } = options
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof RetriableError)) throw error
      meter.retries += 1
      const delayMs = error.afterMs ?? retryDelayMs(attempt, longestRetryMs, random)
      logger.warn('A poll is tried again', { error: error.message, delayMs: Math.round(delayMs) })
      await pause(delayMs, { clock, signal })
    }
  }
  return undefined
}

/** Of a source that writes by itself. */
async function note(written: Written | undefined, options: SourceRunOptions): Promise<void> {
  if (written === undefined) return
  const { meter, onTopic, storeOffsets, task, onDone } = options
  const { offsets, records, bytes, topics } = written
  for (const topic of topics) onTopic(topic)
  meter.read += records
  meter.written.add(records)
  meter.bytes.add(bytes)
  if (offsets.length > 0) await storeOffsets(lastOffsets(offsets))
  await task.committed?.()
  onDone()
}

async function write(records: readonly SourceRecord[], options: SourceRunOptions): Promise<void> {
  const { conversion, policy, producer, makeTopic, meter, onTopic } = options
  const sent: Promise<void>[] = []
  for (const source of records) {
    const record = await toProducerRecord(source, conversion, policy)
    if (record === undefined) continue
    await makeTopic(record.topic)
    onTopic(record.topic)
    meter.bytes.add((record.key?.length ?? 0) + (record.value?.length ?? 0))
    sent.push(
      producer.send(record).then(
        () => {
          meter.written.add(1)
        },
        (error) =>
          policy.passOver(source, { stage: 'KAFKA_PRODUCE', executing: 'producer', error }),
      ),
    )
  }
  const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

/** Of each source partition the last one, also where its record was dropped. */
function lastOffsets(reached: readonly SourceProgress[]): StoredOffset[] {
  const last = new Map<string, StoredOffset>()
  for (const { sourcePartition, sourceOffset } of reached) {
    const offset = { partition: sourcePartition, offset: sourceOffset }
    last.set(JSON.stringify(sourcePartition), offset)
  }
  return [...last.values()]
}
