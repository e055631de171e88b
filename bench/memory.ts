/**
 * `npm run bench -- memory [--minutes 60]`: Writers and Readers over Kafka and MQTT as fast as they go, and
 * the memory that they and leat hold, minute by minute: the heap after its garbage was collected.
 */
import { parseArgs } from 'node:util'
import { samplesOf, startMemoryRun } from '../test/helpers/memory.ts'
import { machine } from './machine.ts'
import { withOwner } from './owner.ts'
import { residentMegabytes } from './process-figures.ts'

export async function benchMemory(args: readonly string[]): Promise<void> {
  const options = { minutes: { type: 'string', default: '60' } } as const
  const minutes = Number(parseArgs({ args: [...args], options }).values.minutes)
  await withOwner(async (owner) => {
    const { leat, program } = await startMemoryRun(owner, 60, minutes)
    console.log(`${machine()}\n`)
    console.log('| minute | messages | heap | resident | leat resident |\n|---|---|---|---|---|')
    for (let minute = 1; minute <= minutes; minute += 1) {
      await program.says(new RegExp(`^(?:.*\\n){${minute}}`), 120_000)
      const { messages, heapBytes, residentBytes } = samplesOf(program)[minute - 1] ?? {
        ...{ messages: Number.NaN, heapBytes: Number.NaN, residentBytes: Number.NaN },
      }
      const own = [heapBytes, residentBytes].map((bytes) => bytes / 2 ** 20)
      const all = [...own, residentMegabytes(leat.program.pid ?? 0)]
      const cells = all.map((megabytes) => `${megabytes.toFixed(1)} MiB`)
      console.log(`| ${minute} | ${messages} | ${cells.join(' | ')} |`)
    }
    await program.exited
  })
}
