/**
 * `npm run bench -- graduate [--rounds 3] [--records 600000]`: all of a leat at an Apache Kafka, copied
 * and compared, beside MirrorMaker 2 that only copies; and how long machines wait while it switches.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { connectAsync } from 'mqtt'
import { KafkaClient } from '../src/client/index.ts'
import { startApacheKafka } from '../test/helpers/apache-kafka.ts'
import type { ConnectRest } from '../test/helpers/connect.ts'
import { eventually } from '../test/helpers/eventually.ts'
import type { Owner } from '../test/helpers/folders.ts'
import { leatCommand, startLeat } from '../test/helpers/leat.ts'
import { countOf } from '../test/helpers/mirrors.ts'
import { startProgram } from '../test/helpers/programs.ts'
import { machine } from './machine.ts'
import { asItComes, largeBatches, mirrorMakerOn } from './mirror-maker.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds } from './process-figures.ts'
import { fillWithPumps } from './pumps.ts'
import { median, type Row, table } from './table.ts'

const topic = 'readings'
const partitions = 3
const megabyte = 1e6
const longMs = 600_000
const peers = { 'as it comes': asItComes, 'large batches': { ...asItComes, ...largeBatches } }

interface Effort {
  readonly megabytesPerSecond: number
  readonly cpuMillisecondsPerMegabyte: number
}

interface Round {
  readonly leat: Effort
  readonly peers: Readonly<Record<string, Effort>>
  /** Without an acknowledgement. */
  readonly kafkaSeconds: number
  readonly mqttSeconds: number
}

export async function benchGraduate(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      records: { type: 'string', default: '600000' },
    },
  })
  const [count, records] = [Number(values.rounds), Number(values.records)]
  const rounds: Round[] = []
  for (let round = 0; round < count; round++) {
    const done = await withOwner((owner) => play(owner, records, round % 2 === 1))
    console.error(JSON.stringify(done))
    rounds.push(done)
  }
  const of = (figure: (round: Round) => number) => median(rounds.map(figure))
  const rows = Object.keys(peers).flatMap((name): Row[] => [
    {
      ...{ what: `all is there; ${name}`, unit: 'MB/s', moreIsBetter: true },
      leat: of(({ leat }) => leat.megabytesPerSecond),
      peer: of((one) => one.peers[name]?.megabytesPerSecond ?? 0),
    },
    {
      ...{ what: `CPU; ${name}`, unit: 'ms/MB', moreIsBetter: false },
      leat: of(({ leat }) => leat.cpuMillisecondsPerMegabyte),
      peer: of((one) => one.peers[name]?.cpuMillisecondsPerMegabyte ?? 0),
    },
  ])
  console.log(`\n${machine()}; ${records} records, medians of ${count} rounds\n`)
  console.log(table(rows, 'MirrorMaker 2'))
  console.log(`\nFrom the last acknowledgement at leat to the first one at the cluster:`)
  console.log(`  a Kafka producer ${of(({ kafkaSeconds }) => kafkaSeconds).toFixed(2)} s`)
  console.log(`  a machine over MQTT ${of(({ mqttSeconds }) => mqttSeconds).toFixed(2)} s`)
}

/** Who comes later finds a Java that is warm, so the peers take turns. */
async function play(owner: Owner, records: number, isOdd: boolean): Promise<Round> {
  const kafka = await startApacheKafka(owner)
  const leat = await startLeat(owner)
  await using here = new KafkaClient({ brokers: [leat.brokers], clientId: 'bench' })
  await using there = new KafkaClient({ brokers: [kafka.brokers], clientId: 'bench' })
  const bytes = await fillWithPumps(here, topic, partitions, records, 'none')
  const megabytes = bytes / megabyte
  const effort = (begun: number, cpu: number): Effort => ({
    megabytesPerSecond: megabytes / ((performance.now() - begun) / 1000),
    cpuMillisecondsPerMegabyte: (cpu * 1000) / megabytes,
  })

  const connect = await mirrorMakerOn(owner, kafka.brokers)
  const ofPeers: Record<string, Effort> = {}
  const inTurn = isOdd ? Object.entries(peers).toReversed() : Object.entries(peers)
  for (const [name, config] of inTurn) {
    const [alias, cpuBefore, begun] = [
      name.split(' ')[0],
      cpuSeconds(connect.pid ?? 0),
      performance.now(),
    ]
    await mirror(connect, `${alias}`, leat.brokers, kafka.brokers, config)
    const remote = `${alias}.${topic}`
    const isAll = async () => (await countOf(there, remote)) >= records
    await eventually('MirrorMaker has copied all', isAll, longMs)
    ofPeers[name] = effort(begun, cpuSeconds(connect.pid ?? 0) - cpuBefore)
    await connect.ask('DELETE', `/connectors/${alias}`)
    await there.deleteTopics([remote])
  }
  await connect.kill()

  const begun = performance.now()
  const file = join(leat.folder, 'leat.yml')
  const command = [...leatCommand, 'graduate', '--to', kafka.brokers, '-f', file]
  const moving = startProgram(owner, [...command, '--yes', '--write'])
  await moving.says('Both are in step', longMs)
  const ours = effort(begun, cpuSeconds(moving.pid ?? 0))

  const pump = await overMqtt(leat.mqttPort)
  const producer = await overKafka(leat.brokers)
  await leat.stop()
  const exitCode = await moving.exited
  if (exitCode !== 0) throw new Error(moving.story())
  const producerGoesOn = producer.goesOnAt(kafka.brokers)
  await leat.start()
  const [kafkaSeconds, mqttSeconds] = [await producerGoesOn, await pump.goesOn()]
  return { leat: ours, peers: ofPeers, kafkaSeconds, mqttSeconds }
}

async function mirror(
  connect: ConnectRest,
  alias: string,
  from: string,
  to: string,
  config: Record<string, string>,
): Promise<void> {
  const made = await connect.ask('PUT', `/connectors/${alias}/config`, {
    'connector.class': 'org.apache.kafka.connect.mirror.MirrorSourceConnector',
    'source.cluster.alias': alias,
    'source.cluster.bootstrap.servers': from,
    'target.cluster.alias': 'target',
    'target.cluster.bootstrap.servers': to,
    ...{ 'tasks.max': '1', topics: topic },
    ...config,
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
}

const everyMs = 10

/** A producer that is told the new address when the move is done. */
async function overKafka(brokers: string) {
  const client = new KafkaClient({ brokers: [brokers], clientId: 'bench' })
  const producer = client.producer({ deliveryTimeoutMs: 1000 })
  let lastAt = 0
  const value = Buffer.from('reading')
  const sending = (async () => {
    for (;;) {
      await producer.send({ topic, partition: 0, value })
      lastAt = performance.now()
      await pause(everyMs)
    }
  })().catch(() => undefined)
  await eventually('the producer works', () => lastAt > 0, longMs)
  return {
    goesOnAt: async (others: string): Promise<number> => {
      await sending
      await using next = new KafkaClient({ brokers: [others], clientId: 'bench' })
      await next.producer().send({ topic, partition: 0, value })
      const seconds = (performance.now() - lastAt) / 1000
      await client.close()
      return seconds
    },
  }
}

/** A machine that reconnects where it was. */
async function overMqtt(port: number) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: everyMs })
  client.on('error', () => {})
  const acknowledgedAt: number[] = []
  let isEnding = false
  const publishing = (async () => {
    while (!isEnding) {
      await client.publishAsync('plant/pump', 'reading', { qos: 1 })
      acknowledgedAt.push(performance.now())
      await pause(everyMs)
    }
  })()
  await eventually('the machine publishes', () => acknowledgedAt.length > 0, longMs)
  return {
    goesOn: async (): Promise<number> => {
      const before = acknowledgedAt.length
      await eventually('the machine goes on', () => acknowledgedAt.length > before + 1, longMs)
      isEnding = true
      await publishing
      await client.endAsync(true)
      const gaps = acknowledgedAt.slice(1).map((at, index) => at - (acknowledgedAt[index] ?? at))
      return Math.max(...gaps) / 1000
    },
  }
}
