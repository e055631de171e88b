/**
 * `npm run bench -- consume [--records 3000000] [--rounds 6]`: what consuming costs once both are warm. The same
 * topic is read again and again, leat and Apache Kafka in turn; the medians are those of the second half.
 */
import { parseArgs } from 'node:util'
import type { Owner } from '../test/helpers/folders.ts'
import { kafkaSubject, leatSubject } from './brokers.ts'
import { machine } from './machine.ts'
import { makeTopic } from './make-topic.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds } from './process-figures.ts'
import { median, type Row, table } from './table.ts'
import { consumerPerformance, producerPerformance } from './tools.ts'

const recordBytes = 1024

interface Load {
  readonly partitions: number
  readonly records: number
  readonly rounds: number
}

export async function benchConsume(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '3000000' },
      rounds: { type: 'string', default: '6' },
    },
  })
  const [records, rounds] = [Number(values.records), Number(values.rounds)]
  const rows: Row[] = []
  for (const partitions of [1, 6]) {
    await withOwner(async (owner) => {
      rows.push(...(await compare(owner, { partitions, records, rounds })))
    })
  }
  const half = `medians of the last ${rounds - Math.floor(rounds / 2)} of ${rounds} rounds`
  console.log(`\n${machine()}; ${records} × ${recordBytes} B; ${half}\n\n${table(rows)}`)
}

async function compare(owner: Owner, { partitions, records, rounds }: Load): Promise<Row[]> {
  const subjects = [await leatSubject(owner, 'os'), await kafkaSubject(owner, 'os')]
  const figures = subjects.map(() => ({ rates: [] as number[], seconds: [] as number[] }))
  for (const subject of subjects) {
    await subject.start()
    const { brokers } = subject
    await makeTopic(subject, 'read', partitions)
    await producerPerformance({ brokers, topic: 'read', records, recordBytes, acks: 'all' })
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, { name, brokers, pid }] of subjects.entries()) {
      const before = cpuSeconds(pid)
      const rate = await consumerPerformance({ brokers, topic: 'read', records })
      const used = cpuSeconds(pid) - before
      console.error(
        `${name.padEnd(5)} ${partitions}: ${rate.toFixed(0)} records/s, ${used.toFixed(2)} s`,
      )
      figures[index]?.rates.push(rate)
      figures[index]?.seconds.push(used)
    }
  }
  for (const subject of subjects) await subject.kill()
  const warm = (all: readonly number[] = []) => median(all.slice(Math.floor(rounds / 2)))
  const [leat, kafka] = figures
  const what = `consume, ${partitions} partition${partitions > 1 ? 's' : ''}`
  return [
    {
      ...{ what, unit: 'records/s', moreIsBetter: true, goal: 1 },
      ...{ leat: warm(leat?.rates), peer: warm(kafka?.rates) },
    },
    {
      ...{ what: `${what}: broker CPU`, unit: 's', moreIsBetter: false, goal: 0.5 },
      ...{ leat: warm(leat?.seconds), peer: warm(kafka?.seconds) },
    },
  ]
}
