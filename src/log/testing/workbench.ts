import { type Logger, silentLogger } from '../../base/logger.ts'
import { seededRandom } from '../../base/random.ts'
import { FaultyFiles } from '../../base/testing/faulty-files.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import {
  type BatchDraft,
  type BatchHeader,
  checkBatches,
  encodeBatch,
} from '../../protocols/kafka/record-batch.ts'
import { Log, type LogOptions } from '../log.ts'
import type { Appended, PartitionLog } from '../partition-log.ts'
import type { Processes } from '../processes.ts'

/** What the tests of this room need: small logs in memory, batches, reading all of a partition. */
export const sensors = { topic: 'sensors', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partition: 0 }

export const baseTimestamp = BigInt(Date.UTC(2026, 0, 1))

let pids = 1000

function logOptions(more: Partial<LogOptions> = {}): LogOptions {
  return {
    directory: '/data',
    durability: 'disk',
    files: new FaultyFiles(),
    clock: new ManualClock(),
    random: seededRandom(1),
    logger: silentLogger,
    processes: aloneIn('the boot'),
    ...more,
    settings: { journalBytes: 256 * 1024, ...more.settings },
  }
}

/** Each opening is a process of its own, the only one that lives. */
export function aloneIn(boot: string | undefined): Processes {
  const pid = ++pids
  const startOf = (asked: number) => (asked === pid ? `start of ${pid}` : undefined)
  return { pid, startOf, boot: () => boot }
}

export function openLog(more: Partial<LogOptions> = {}): Promise<Log> {
  return Log.open(logOptions(more))
}

/** A batch of records with these values, one millisecond apart. */
export function batchOf(values: readonly string[], more: Partial<BatchDraft> = {}): Buffer {
  const records = values.map((value, index) => ({
    timestamp: baseTimestamp + BigInt(index),
    key: null,
    value: Buffer.from(value),
  }))
  return encodeBatch({ records, ...more })
}

export function append(partition: PartitionLog, batch: Buffer): Appended {
  const copy = Buffer.from(batch)
  const headers: BatchHeader[] = checkBatches(copy)
  return partition.append(copy, headers)
}

export async function appendDurably(partition: PartitionLog, batch: Buffer): Promise<Appended> {
  const appended = append(partition, batch)
  await appended.durable
  return appended
}

/** All that readers may see, in fetches of this size. */
export function readAll(partition: PartitionLog, fetchBytes = 1024 * 1024): Buffer {
  const pieces: Buffer[] = []
  let offset = partition.startOffset
  while (offset < partition.durableOffset) {
    const slice = partition.read(offset, fetchBytes, true)
    const piece = Buffer.alloc(slice.bytes)
    slice.copyInto(piece, 0)
    const last = checkBatches(piece).at(-1)
    if (last === undefined) throw new Error(`nothing is read at ${offset}`)
    offset = last.baseOffset + BigInt(last.lastOffsetDelta) + 1n
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

export function offsetsIn(batches: Buffer): bigint[] {
  return checkBatches(batches).map(({ baseOffset }) => baseOffset)
}

export interface LoggedLine {
  readonly level: string
  readonly message: string
  readonly facts: Record<string, unknown> | undefined
}

/** A logger that keeps its lines. */
export function recordingLogger() {
  const lines: LoggedLine[] = []
  const at = (level: string) => (message: string, facts?: Record<string, unknown>) => {
    lines.push({ level, message, facts })
  }
  const logger = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: () => logger,
  }
  return logger as typeof logger & Logger
}

/** Resolves when the condition holds; fails after a while. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 10_000) throw new Error(`it does not come to pass: ${condition}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
