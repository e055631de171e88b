/**
 * `npm run bench -- mirror [--rounds 3] [--records 600000]`: a topic from one Apache Kafka to another,
 * by leat and by MirrorMaker 2 as connectors of a Kafka Connect, in alternating runs on the same two
 * brokers: how fast a backlog is caught up, what it costs, and how late single records are.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { KafkaClient } from '../src/client/index.ts'
import { type ApacheKafka, startApacheKafka } from '../test/helpers/apache-kafka.ts'
import { ConnectRest } from '../test/helpers/connect.ts'
import { eventually } from '../test/helpers/eventually.ts'
import type { Owner } from '../test/helpers/folders.ts'
import { startLeat } from '../test/helpers/leat.ts'
import { countOf } from '../test/helpers/mirrors.ts'
import { machine } from './machine.ts'
import { asItComes, largeBatches, mirrorMakerOn } from './mirror-maker.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { fillWithPumps, pumpReading } from './pumps.ts'
import { median, type Row, table } from './table.ts'

interface Side {
  readonly name: string
  readonly rest: ConnectRest
  readonly pid: number
  readonly config: Record<string, string>
}

interface Run {
  readonly megabytesPerSecond: number
  readonly cpuMillisecondsPerMegabyte: number
}

const partitions = 3
const megabyte = 1e6
const compressions = ['none', 'lz4'] as const

export async function benchMirror(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      records: { type: 'string', default: '600000' },
    },
  })
  const [rounds, records] = [Number(values.rounds), Number(values.records)]
  await withOwner(async (owner) => {
    const [source, target] = [await startApacheKafka(owner), await startApacheKafka(owner)]
    const sides = await sidesOn(owner, source, target)
    await using from = new KafkaClient({ brokers: [source.brokers], clientId: 'bench' })
    await using to = new KafkaClient({ brokers: [target.brokers], clientId: 'bench' })
    const rows: Row[] = []
    for (const compression of compressions) {
      const topic = `readings-${compression}`
      const bytes = await fillWithPumps(from, topic, partitions, records, compression)
      const runs = new Map<string, Run[]>(sides.map(({ name }) => [name, []]))
      // The first round warms everybody up.
      for (let round = 0; round <= rounds; round++) {
        for (const side of sides) {
          const run = await catchUp(side, to, topic, records, bytes)
          console.error(`${compression}, ${side.name}: ${JSON.stringify(run)}`)
          if (round > 0) runs.get(side.name)?.push(run)
        }
      }
      rows.push(...rowsOf(compression, runs))
    }
    const late = new Map<string, number[]>()
    for (const side of sides) late.set(side.name, await lateness(side, from, to))
    const [ours, ...peers] = sides
    for (const peer of peers) {
      for (const share of [0.5, 0.99]) {
        rows.push({
          what: `a record is late, p${share * 100}; ${peer.name}`,
          ...{ unit: 'ms', moreIsBetter: false },
          leat: quantile(late.get(ours?.name ?? '') ?? [], share),
          peer: quantile(late.get(peer.name) ?? [], share),
        })
      }
    }
    const [leat, connect] = [
      residentMegabytes(sides[0]?.pid ?? 0),
      residentMegabytes(sides[1]?.pid ?? 0),
    ]
    const memory = { what: 'memory after load', unit: 'MB', moreIsBetter: false }
    rows.push({ ...memory, leat, peer: connect })
    console.log(`\n${machine()}; ${records} records, medians of ${rounds} alternating rounds\n`)
    console.log(table(rows, 'MirrorMaker 2'))
  })
}

/** Each in a process of its own, with one task. */
async function sidesOn(owner: Owner, source: ApacheKafka, target: ApacheKafka): Promise<Side[]> {
  const leat = await startLeat(owner, { kafka: { brokers: [target.brokers] }, connectors: {} })
  const connect = await mirrorMakerOn(owner, target.brokers)
  const common = {
    'connector.class': 'org.apache.kafka.connect.mirror.MirrorSourceConnector',
    'source.cluster.bootstrap.servers': source.brokers,
    'target.cluster.bootstrap.servers': target.brokers,
    'target.cluster.alias': 'target',
    'tasks.max': '1',
  }
  const peer = { ...common, ...asItComes }
  const pid = connect.pid ?? 0
  return [
    {
      ...{ name: 'leat', rest: new ConnectRest(leat.connectUrl), config: common },
      pid: leat.program.pid ?? 0,
    },
    { name: 'as it comes', rest: connect, pid, config: peer },
    { name: 'large batches', rest: connect, pid, config: { ...peer, ...largeBatches } },
  ]
}

let mirrors = 0

/** The rate from the first copies that are seen to the last, and the CPU from the connector's start. */
async function catchUp(
  side: Side,
  to: KafkaClient,
  topic: string,
  records: number,
  bytes: number,
): Promise<Run> {
  const { name, remote, cpuBefore } = await begin(side, topic)
  const count = async () => Math.max(0, await countOf(to, remote))
  const first = await eventually('the first copies are there', count, 120_000)
  const start = performance.now()
  await eventually('all copies are there', async () => (await count()) >= records, 300_000)
  const seconds = (performance.now() - start) / 1000
  const cpu = cpuSeconds(side.pid) - cpuBefore
  await end(side, to, name, remote)
  const megabytes = bytes / megabyte
  return {
    megabytesPerSecond: (megabytes * (records - first)) / records / seconds,
    cpuMillisecondsPerMegabyte: (cpu * 1000) / megabytes,
  }
}

/** Under an alias of its own, so that nothing is there yet. */
async function begin({ rest, pid, config }: Side, topic: string) {
  const alias = `m${++mirrors}`
  const cpuBefore = cpuSeconds(pid)
  const own = { 'source.cluster.alias': alias, topics: topic }
  const made = await rest.ask('PUT', `/connectors/${alias}/config`, { ...config, ...own })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return { name: alias, remote: `${alias}.${topic}`, cpuBefore }
}

async function end({ rest }: Side, to: KafkaClient, name: string, remote: string): Promise<void> {
  await rest.ask('DELETE', `/connectors/${name}`)
  await to.deleteTopics([remote])
}

const perSecond = 500
const steadySeconds = 20

/** How much later than they were sent records can be read at the target, in ms. */
async function lateness(side: Side, from: KafkaClient, to: KafkaClient): Promise<number[]> {
  const topic = `steady-${mirrors}`
  await from.createTopics([{ name: topic, partitions }])
  const { name, remote } = await begin(side, topic)
  await eventually('its topic is there', async () => (await countOf(to, remote)) >= 0, 120_000)
  const late: number[] = []
  await using fetcher = to.fetcher({
    onRecords: (_topic, _partition, records) => {
      const now = Date.now()
      for (const { timestamp } of records) late.push(now - Number(timestamp))
    },
    onError: (error) => {
      throw error
    },
  })
  for (let partition = 0; partition < partitions; partition++) {
    fetcher.assign(remote, partition, 'earliest')
  }
  await using producer = from.producer()
  const send = (id: number) => {
    const [key, value] = pumpReading(id)
    return producer.send({ topic, partition: id % partitions, key, value })
  }
  await Promise.all(Array.from({ length: 1000 }, (_, id) => send(id)))
  await eventually('the beginning is there', () => late.length >= 1000, 60_000)
  late.length = 0
  const total = perSecond * steadySeconds
  const begun = performance.now()
  for (let id = 0; id < total; id++) {
    void send(id)
    const aheadMs = (id / perSecond) * 1000 - (performance.now() - begun)
    if (aheadMs > 1) await pause(aheadMs)
  }
  await eventually('the end is there', () => late.length >= total, 60_000)
  await end(side, to, name, remote)
  return late
}

function rowsOf(compression: string, runs: ReadonlyMap<string, readonly Run[]>): Row[] {
  const figure = (name: string, of: keyof Run) =>
    median((runs.get(name) ?? []).map((one) => one[of]))
  const peers = [...runs.keys()].slice(1)
  return peers.flatMap((name) => {
    const what = `${compression}; ${name}`
    const [rate, cost] = ['megabytesPerSecond', 'cpuMillisecondsPerMegabyte'] as const
    return [
      {
        ...{ what: `backlog, ${what}`, unit: 'MB/s', moreIsBetter: true },
        ...{ leat: figure('leat', rate), peer: figure(name, rate) },
      },
      {
        ...{ what: `CPU, ${what}`, unit: 'ms/MB', moreIsBetter: false, goal: 0.5 },
        ...{ leat: figure('leat', cost), peer: figure(name, cost) },
      },
    ]
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
