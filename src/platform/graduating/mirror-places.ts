/**
 * Where the mirrors out of this leat are: offsets of topics here, which may be others at the cluster.
 * Connect keeps them in its topic of offsets, by connector and by partition of the source.
 */
import type { Clock } from '../../base/clock.ts'
import type { KafkaClient } from '../../client/index.ts'
import { ownMark, readStretch } from '../../graduation/index.ts'
import type { Config } from '../config.ts'
import { mirrorConnectors } from '../mirrors.ts'

interface Surroundings {
  /** What an offset is at the cluster; undefined where its topic is not there. */
  readonly translate: (topic: string, partition: number, offset: bigint) => bigint | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Writes anew at the cluster what differs there. */
export async function moveMirrorPlaces(
  config: Config,
  { source, target }: { readonly source: KafkaClient; readonly target: KafkaClient },
  { translate, clock, signal }: Surroundings,
): Promise<void> {
  const names = mirrorsOut(config)
  const topic = config.connect?.config['offset.storage.topic'] ?? 'connect-offsets'
  const [info] = names.size === 0 ? [] : await source.topics([topic])
  if (info === undefined || info.error !== undefined) return
  await using producer = target.producer()
  for (const { partition } of info.partitions) {
    for (const [key, value] of await lastValues(source, topic, partition, { clock, signal })) {
      const moved = movedPlace(key, value, names, translate)
      if (moved === undefined) continue
      await producer.send({
        ...{ topic, partition, key: Buffer.from(key), value: Buffer.from(moved) },
        headers: [{ key: ownMark, value: null }],
      })
    }
  }
}

function mirrorsOut({ mirrors = [] }: Config): Set<string> {
  const own = mirrors.filter(({ from }) => from === 'own')
  return new Set(Object.keys(mirrorConnectors(own)))
}

async function lastValues(
  source: KafkaClient,
  topic: string,
  partition: number,
  how: Pick<Surroundings, 'clock' | 'signal'>,
): Promise<Map<string, string>> {
  const [end] = await source.offsets([{ topic, partition, at: 'latest' }])
  if (end?.error !== undefined) throw end.error
  const stretch = { topic, partition, from: 0n, to: end?.offset ?? 0n }
  const values = new Map<string, string>()
  for await (const records of readStretch(source, stretch, how)) {
    for (const { key, value } of records) {
      if (key === null) continue
      if (value === null) values.delete(key.toString())
      else values.set(key.toString(), value.toString())
    }
  }
  return values
}

/** A stored offset is that of the last record that is done. */
function movedPlace(
  key: string,
  value: string,
  names: ReadonlySet<string>,
  translate: Surroundings['translate'],
): string | undefined {
  const [name, of] = JSON.parse(key) as [string, { topic?: unknown; partition?: unknown }]
  const stored = JSON.parse(value) as { offset?: unknown }
  if (!names.has(name) || typeof stored.offset !== 'number') return undefined
  const next = translate(String(of.topic), Number(of.partition), BigInt(stored.offset) + 1n)
  if (next === undefined || next === BigInt(stored.offset) + 1n) return undefined
  return JSON.stringify({ ...stored, offset: Number(next) - 1 })
}
