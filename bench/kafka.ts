/**
 * `npm run bench -- kafka [--rounds 3] [--quick]`: leat beside a real Apache Kafka, in alternating
 * runs with Java's own tools as clients of both. Prints a table of ratios.
 */
import { parseArgs } from 'node:util'
import type { Owner } from '../test/helpers/folders.ts'
import { kafkaSubject, leatSubject, type Promised, type Subject } from './brokers.ts'
import { machine } from './machine.ts'
import { deleteTopic, makeTopic } from './make-topic.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { startSeconds } from './start-seconds.ts'
import { median, type Row, table } from './table.ts'
import { consumerPerformance, endToEndLatency, producerPerformance } from './tools.ts'

interface Plan {
  readonly rounds: number
  /** Scales the number of records: 1 is some seconds a run. */
  readonly scale: number
}

type Figures = Map<string, Omit<Row, 'leat' | 'peer'> & { leat: number[]; kafka: number[] }>

export async function benchKafka(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  const plan = { rounds: Number(values.rounds), scale: values.quick ? 0.1 : 1 }
  const figures: Figures = new Map()
  for (const promised of ['os', 'disk'] as const) {
    if (values.only !== undefined && values.only !== promised) continue
    await withOwner((owner) => compare(owner, promised, plan, figures))
  }
  const rows = [...figures.values()].map((row) => ({
    ...row,
    leat: median(row.leat),
    peer: median(row.kafka),
  }))
  console.log(`\n${machine()}; medians of ${plan.rounds} alternating rounds\n\n${table(rows)}`)
}

async function compare(owner: Owner, promised: Promised, plan: Plan, figures: Figures) {
  const subjects = [await leatSubject(owner, promised), await kafkaSubject(owner, promised)]
  const against = promised === 'os' ? 'Kafka’s default' : 'flush.messages=1'
  const note: Note = (subject, what, unit, value, moreIsBetter, goal) => {
    const name = `${promised} · ${what}`
    const row = figures.get(name) ?? {
      what: name,
      unit,
      moreIsBetter,
      ...(goal === undefined ? {} : { goal }),
      leat: [],
      kafka: [],
    }
    row[subject.name].push(value)
    figures.set(name, row)
    console.error(`${subject.name.padEnd(5)} ${name}: ${value.toFixed(3)} ${unit}`)
  }
  console.error(`durability: ${promised} beside ${against}`)
  for (let round = 0; round < plan.rounds; round++) {
    for (const subject of subjects) {
      note(
        subject,
        'start: exec → first acked produce',
        's',
        await startSeconds(subject),
        false,
        0.1,
      )
      if (round < plan.rounds - 1) await subject.stop()
    }
  }
  for (const subject of subjects) {
    note(subject, 'memory idle', 'MB', residentMegabytes(subject.pid), false)
  }
  // Both are warm, and so is the memory that the machine keeps files in, before anything is measured.
  const warmUp = loads(promised, plan.scale).find(({ recordBytes }) => recordBytes === 1024)
  if (warmUp !== undefined) {
    for (const subject of subjects) await produceAndConsume(subject, warmUp, -1, () => {})
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const load of loads(promised, plan.scale)) {
      for (const subject of subjects) await produceAndConsume(subject, load, round, note)
    }
    for (const subject of subjects) {
      const topic = `latency-${round}`
      await makeTopic(subject, topic, 1)
      const records = Math.max(1000, 10_000 * plan.scale)
      const latency = await endToEndLatency({
        brokers: subject.brokers,
        topic,
        records,
        recordBytes: 100,
      })
      note(subject, 'end to end p50', 'ms', latency.p50Ms, false)
      note(subject, 'end to end p99', 'ms', latency.p99Ms, false)
      note(subject, 'end to end p99.9', 'ms', latency.p999Ms, false)
    }
  }
  for (const subject of subjects) {
    note(subject, 'memory after load', 'MB', residentMegabytes(subject.pid), false, 1 / 6)
    await subject.kill()
  }
}

interface Load {
  readonly recordBytes: number
  readonly partitions: number
  readonly acks: '1' | 'all'
  readonly records: number
  readonly consume: boolean
  readonly goal: number
}

function loads(promised: Promised, scale: number): Load[] {
  if (promised === 'disk') {
    const base = { recordBytes: 1024, acks: 'all', consume: false } as const
    return [
      { ...base, partitions: 1, records: 100_000 * scale, goal: 1 },
      { ...base, partitions: 6, records: 100_000 * scale, goal: 3 },
      { ...base, partitions: 500, records: 100_000 * scale, goal: 3 },
    ]
  }
  return [100, 1024].flatMap((recordBytes) =>
    [1, 6].flatMap((partitions) =>
      (['1', 'all'] as const).map((acks) => ({
        recordBytes,
        partitions,
        acks,
        records: (recordBytes === 100 ? 3_000_000 : 600_000) * scale,
        consume: acks === 'all',
        goal: 1,
      })),
    ),
  )
}

type Note = (
  subject: Subject,
  what: string,
  unit: string,
  value: number,
  moreIsBetter: boolean,
  goal?: number,
) => void

async function produceAndConsume(subject: Subject, load: Load, round: number, note: Note) {
  const { recordBytes, partitions, acks, records } = load
  const what = `${recordBytes === 100 ? '100 B' : '1 KiB'}, ${partitions} partition${partitions > 1 ? 's' : ''}`
  const topic = `load-${recordBytes}-${partitions}-${acks}-${round}`
  const { brokers, pid } = subject
  await makeTopic(subject, topic, partitions)
  const before = cpuSeconds(pid)
  const produced = await producerPerformance({ brokers, topic, records, recordBytes, acks })
  const used = cpuSeconds(pid) - before
  note(
    subject,
    `produce ${what}, acks=${acks}`,
    'records/s',
    produced.recordsPerSecond,
    true,
    load.goal,
  )
  note(subject, `produce ${what}, acks=${acks}: broker CPU`, 's', used, false, 0.5)
  note(subject, `produce ${what}, acks=${acks}: p99`, 'ms', produced.p99Ms, false)
  if (load.consume) {
    const beforeConsuming = cpuSeconds(pid)
    const rate = await consumerPerformance({ brokers, topic, records })
    const usedConsuming = cpuSeconds(pid) - beforeConsuming
    note(subject, `consume ${what}`, 'records/s', rate, true, 1)
    note(subject, `consume ${what}: broker CPU`, 's', usedConsuming, false, 0.5)
  }
  await deleteTopic(subject, topic)
}
