/** Java's own performance tools as clients of both, and what they print. */
import { join } from 'node:path'
import { peersHome } from '../test/helpers/peers.ts'
import { outputOf } from '../test/helpers/programs.ts'

const classPath = join(peersHome, 'kafka-tools-4.3.1', 'libs', '*')
const deadlineMs = 300_000

export interface ProduceFigures {
  readonly recordsPerSecond: number
  readonly p99Ms: number
}

export async function producerPerformance(options: {
  brokers: string
  topic: string
  records: number
  recordBytes: number
  acks: '1' | 'all'
  /** Records a second; without it as many as there can be. */
  throughput?: number
  /** A file of properties, such as those of TLS. */
  clientConfig?: string
}): Promise<ProduceFigures> {
  const output = await run('org.apache.kafka.tools.ProducerPerformance', [
    ...['--bootstrap-server', options.brokers, '--topic', options.topic],
    ...['--num-records', String(options.records), '--record-size', String(options.recordBytes)],
    ...['--throughput', String(options.throughput ?? -1)],
    ...['--command-property', `acks=${options.acks}`],
    ...(options.acks === '1' ? ['enable.idempotence=false'] : []),
    ...commandConfig(options.clientConfig),
  ])
  const total = output.trim().split('\n').at(-1) ?? ''
  return {
    recordsPerSecond: figure(total, /([\d.]+) records\/sec/),
    p99Ms: figure(total, /(\d+) ms 99th/),
  }
}

/** The rate of fetching alone: the time of joining the group is not the broker's speed. */
export async function consumerPerformance(options: {
  brokers: string
  topic: string
  records: number
  clientConfig?: string
}): Promise<number> {
  const output = await run('org.apache.kafka.tools.ConsumerPerformance', [
    ...['--bootstrap-server', options.brokers, '--topic', options.topic],
    ...['--num-records', String(options.records), '--hide-header', '--timeout', '60000'],
    ...commandConfig(options.clientConfig),
  ])
  return Number(output.trim().split('\n').at(-1)?.split(',')[9] ?? Number.NaN)
}

export interface LatencyFigures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
}

/** One record at a time, from the producer's send to the consumer's poll. */
export async function endToEndLatency(options: {
  brokers: string
  topic: string
  records: number
  recordBytes: number
}): Promise<LatencyFigures> {
  const { brokers, topic, records, recordBytes } = options
  const output = await run('org.apache.kafka.tools.EndToEndLatency', [
    ...[brokers, topic, String(records), 'all', String(recordBytes)],
  ])
  const [, p50, p99, p999] =
    /50th = ([\d.]+), 99th = ([\d.]+), 99.9th = ([\d.]+)/.exec(output) ?? []
  return { p50Ms: Number(p50), p99Ms: Number(p99), p999Ms: Number(p999) }
}

function commandConfig(file: string | undefined): string[] {
  return file === undefined ? [] : ['--command-config', file]
}

async function run(mainClass: string, args: readonly string[]): Promise<string> {
  return await outputOf(['java', '-Xmx512m', '-cp', classPath, mainClass, ...args], { deadlineMs })
}

function figure(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`${pattern} is not in what the tool printed: ${text}`)
  return Number(found)
}
