/** `npm run bench -- recovery`: from kill -9 under load to the next acknowledged record, by size of the log. */
import { leatSubject, type Promised } from './brokers.ts'
import { machine } from './machine.ts'
import { makeTopic } from './make-topic.ts'
import { withOwner } from './owner.ts'
import { startSeconds } from './start-seconds.ts'
import { producerPerformance } from './tools.ts'

const rowsOf: readonly { partitions: number; records: number; promised: Promised }[] = [
  { partitions: 1, records: 1000, promised: 'disk' },
  { partitions: 6, records: 500_000, promised: 'disk' },
  { partitions: 6, records: 2_000_000, promised: 'disk' },
  { partitions: 500, records: 200_000, promised: 'disk' },
  { partitions: 6, records: 2_000_000, promised: 'os' },
]

export async function benchRecovery(): Promise<void> {
  console.log(`${machine()}; from exec to the first acknowledged record, after kill -9\n`)
  console.log('| durability | partitions | log MB | s |\n|---|---|---|---|')
  for (const { partitions, records, promised } of rowsOf) {
    await withOwner(async (owner) => {
      const subject = await leatSubject(owner, promised)
      await subject.start()
      await makeTopic(subject, 'load', partitions)
      const { brokers } = subject
      await producerPerformance({ brokers, topic: 'load', records, recordBytes: 1024, acks: 'all' })
      await subject.kill()
      const seconds = await startSeconds(subject)
      const megabytes = Math.round((records * 1024) / 2 ** 20)
      console.log(`| ${promised} | ${partitions} | ${megabytes} | ${seconds.toFixed(2)} |`)
      await subject.kill()
    })
  }
}
