/** `npm run bench -- small`: leat in half a core and 128 MiB, with 5,000 records of 1 KiB a second. */
import { leatSubject } from './brokers.ts'
import { confine } from './cgroup.ts'
import { machine } from './machine.ts'
import { makeTopic } from './make-topic.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { producerPerformance } from './tools.ts'

const throughput = 5000
const seconds = 30

export async function benchSmall(): Promise<void> {
  await withOwner(async (owner) => {
    const subject = await leatSubject(owner, 'disk')
    await subject.start()
    const limits = { cores: 0.5, memoryBytes: 128 * 1024 * 1024 }
    const release = confine(subject.pid, 'leat-bench-small', limits)
    await makeTopic(subject, 'small', 1)
    const before = cpuSeconds(subject.pid)
    const { recordsPerSecond, p99Ms } = await producerPerformance({
      ...{ brokers: subject.brokers, topic: 'small', acks: 'all' },
      ...{ records: throughput * seconds, recordBytes: 1024, throughput },
    })
    const cores = (cpuSeconds(subject.pid) - before) / seconds
    const memory = residentMegabytes(subject.pid)
    await subject.kill()
    release?.()
    const how =
      release === undefined ? 'not confined: no control group can be made here' : 'confined'
    console.log(`${machine()}; half a core, 128 MiB, durability disk, acks=all (${how})\n`)
    console.log('| records/s | p99 ms | cores used | memory MB |\n|---|---|---|---|')
    console.log(
      `| ${Math.round(recordsPerSecond)} | ${p99Ms} | ${cores.toFixed(2)} | ${Math.round(memory)} |`,
    )
  })
}
