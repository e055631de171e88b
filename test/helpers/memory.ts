import { join } from 'node:path'
import type { Owner } from './folders.ts'
import { type LeatProcess, startLeat } from './leat.ts'
import { type RunningProgram, startProgram } from './programs.ts'

export interface MemorySample {
  readonly messages: number
  /** After the garbage was collected, at rest. */
  readonly heapBytes: number
  readonly residentBytes: number
}

const program = join(import.meta.dirname, '..', '..', 'bench', 'programs', 'memory.ts')
const topics = { kafka: 'memory-kafka', mqtt: 'memory-mqtt' } as const
/** So that the disk does not fill, however long it runs. */
const short = { partitions: 1, 'retention.bytes': 128 * 2 ** 20, 'segment.bytes': 32 * 2 ** 20 }

/** Writers and Readers over Kafka and MQTT on a leat of their own, for samples of so many seconds and messages. */
export async function startMemoryRun(
  owner: Owner,
  seconds: number,
  samples: number,
  leastMessages = 0,
): Promise<{ leat: LeatProcess; program: RunningProgram }> {
  const leat = await startLeat(owner, {
    kafka: { topics: Object.fromEntries(Object.values(topics).map((topic) => [topic, short])) },
  })
  const services = [
    {
      ...{ type: 'kafka', brokers: leat.brokers, topic: topics.kafka },
      type_spec: { group_id: 'memory' },
    },
    { type: 'mqtt', brokers: `127.0.0.1:${leat.mqttPort}`, topic: topics.mqtt },
  ]
  const node = [process.execPath, '--expose-gc', program]
  const args = [JSON.stringify(services), `${seconds}`, `${samples}`, `${leastMessages}`]
  return { leat, program: startProgram(owner, [...node, ...args]) }
}

export function samplesOf({ stdout }: RunningProgram): MemorySample[] {
  const lines = stdout.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as MemorySample)
}
