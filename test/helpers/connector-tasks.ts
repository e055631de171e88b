/** Tasks of connectors, driven directly through the kit's contract, without a worker. */
import assert from 'node:assert/strict'
import type { Clock } from '../../src/base/clock.ts'
import {
  BadRecordError,
  type ConnectSchema,
  type OffsetJson,
  type Options,
  RetriableError,
  readOptions,
  type SinkPlugin,
  type SinkRecord,
  type SinkTask,
  type SourcePlugin,
  type SourceProgress,
  type SourceRecord,
  type SourceTask,
} from '../../src/connect/kit/index.ts'
import { surroundings } from '../../src/connect/testing/index.ts'
import { eventually } from './eventually.ts'

export async function openSinkTask<Of extends Options>(
  plugin: SinkPlugin<Of>,
  config: Readonly<Record<string, string>>,
  connector = 'a-connector',
  clock: Clock = surroundings.clock,
): Promise<SinkTask> {
  return await plugin.open({
    ...{ connector, task: 0, values: valuesOf(plugin.options, config) },
    ...{ ...surroundings, clock, signal: new AbortController().signal },
  })
}

export function valuesOf<Of extends Options>(
  options: Of,
  config: Readonly<Record<string, string>>,
) {
  const { values, errors } = readOptions(options, config)
  assert.deepEqual(errors, {})
  assert.ok(values !== undefined)
  return values
}

/** What of a record matters to a test; the rest is as it usually is. */
export interface RecordParts {
  readonly topic?: string
  readonly partition?: number
  readonly offset?: number
  readonly key?: unknown
  readonly keySchema?: ConnectSchema | null
  readonly value?: unknown
  readonly valueSchema?: ConnectSchema | null
}

export function sinkRecord(parts: RecordParts): SinkRecord {
  const { topic = 'Readings', partition = 0, offset = 0, key = null, value = null } = parts
  const { keySchema = null, valueSchema = null } = parts
  const bytes = { key: null, value: null, headers: [], timestamp: 1_700_000_000_000n }
  return {
    ...{ topic, partition, key, keySchema, value, valueSchema, headers: [] },
    ...{ timestamp: 1_700_000_000_000, timestampType: 'CreateTime' },
    origin: { topic, partition, offset: BigInt(offset), ...bytes },
  }
}

/** A struct's schema from its fields, by their names. */
export function structSchema(fields: Readonly<Record<string, ConnectSchema>>): ConnectSchema {
  return {
    ...{ type: 'struct', optional: false },
    fields: Object.entries(fields).map(([name, schema]) => ({ name, schema })),
  }
}

/** The schema of the smart meter of the guide. */
export const meterSchema = structSchema({
  ID: { type: 'int64', optional: false },
  profile_name: { type: 'string', optional: false },
  temperature: { type: 'float64', optional: true },
  humidity: { type: 'float64', optional: true },
  pressure: { type: 'float64', optional: true },
  modified: {
    ...{ type: 'int64', optional: false, version: 1 },
    name: 'org.apache.kafka.connect.data.Timestamp',
  },
})

/**
 * Puts records as a worker does: again while the system is away, and by halves where a record is
 * refused. Returns what was refused.
 */
export async function deliver(
  task: SinkTask,
  records: readonly SinkRecord[],
): Promise<readonly SinkRecord[]> {
  try {
    await eventually('the system is back', () => isPut(task, records), 60_000)
    return []
  } catch (error) {
    if (!(error instanceof BadRecordError)) throw error
    if (records.length === 1) return records
    const middle = records.length >> 1
    const refused = await deliver(task, records.slice(0, middle))
    return [...refused, ...(await deliver(task, records.slice(middle)))]
  }
}

async function isPut(task: SinkTask, records: readonly SinkRecord[]): Promise<boolean> {
  try {
    await task.put(records)
    return true
  } catch (error) {
    if (error instanceof RetriableError) return false
    throw error
  }
}

/** What a worker keeps of a source's offsets: the last one of each partition. */
export class StoredOffsets {
  readonly #offsets = new Map<string, OffsetJson>()

  readonly read = async (partitions: readonly OffsetJson[]) =>
    partitions.map((partition) => this.#offsets.get(JSON.stringify(partition)))

  store(reached: readonly SourceProgress[]): void {
    for (const { sourcePartition, sourceOffset } of reached) {
      this.set(sourcePartition, sourceOffset)
    }
  }

  set(partition: OffsetJson, offset: OffsetJson): void {
    this.#offsets.set(JSON.stringify(partition), offset)
  }
}

/** The first task of a plan. */
export async function openSourceTask<Of extends Options>(
  plugin: SourcePlugin<Of>,
  config: Readonly<Record<string, string>>,
  offsets = new StoredOffsets(),
): Promise<SourceTask> {
  const values = valuesOf(plugin.options, config)
  const planning = new AbortController()
  const plan = { ...surroundings, signal: planning.signal, planAgain: () => {}, before: [] }
  const [share = {}] = await plugin.plan(values, 1, plan)
  planning.abort()
  return await plugin.open({
    ...{ connector: 'a-connector', task: 0, values, ...surroundings, share },
    ...{ offsets: offsets.read, signal: new AbortController().signal },
  })
}

/** A source that loses nothing waits for everybody's transactions, also for those of other tests. */
const deadlineMs = 60_000

/** Polls as a worker does, until as many records have come, or more. */
export async function collect(
  task: SourceTask,
  count: number,
  offsets = new StoredOffsets(),
): Promise<SourceRecord[]> {
  const collected: SourceRecord[] = []
  const haveCome = async () => {
    const records = await polled(task)
    offsets.store([...records, ...(task.progress?.() ?? [])])
    await task.committed?.()
    collected.push(...records)
    return collected.length >= count
  }
  await eventually(`${count} records`, haveCome, deadlineMs)
  return collected
}

async function polled(task: SourceTask): Promise<readonly SourceRecord[]> {
  try {
    return await task.poll()
  } catch (error) {
    if (error instanceof RetriableError) return []
    throw error
  }
}
