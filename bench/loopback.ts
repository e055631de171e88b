/**
 * `npm run bench -- loopback [--rounds 5]`: what the operating system alone takes to send the bytes of the
 * row `consume 1 KiB` over loopback, without any protocol. No broker can be below it.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../test/helpers/folders.ts'
import { outputOf } from '../test/helpers/programs.ts'
import { machine } from './machine.ts'
import { withOwner } from './owner.ts'
import { median } from './table.ts'

const records = 600_000
const recordBytes = 1024
/** As large as a producer's batches, which is how a segment grows. */
const batchBytes = 16_300
const ways = ['sendfile', 'read and send'] as const

export async function benchLoopback(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '5' } },
  })
  await withOwner(async (owner) => {
    const path = join(temporaryFolder(owner), 'segment')
    fill(path)
    const seconds = Object.fromEntries(ways.map((way) => [way, [] as number[]]))
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const way of ways) seconds[way]?.push(await cpuOf(path, way))
    }
    console.log(`${machine()}; CPU of the sender for ${records} × ${recordBytes} B\n`)
    for (const [way, figures] of Object.entries(seconds)) {
      const [least, most] = [Math.min(...figures), Math.max(...figures)]
      console.log(`${way}: median ${median(figures).toFixed(2)} s (${least} to ${most})`)
    }
  })
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  const batch = Buffer.alloc(batchBytes, 'leat')
  for (let at = 0; at < records * recordBytes; at += batchBytes) writeSync(file, batch)
  closeSync(file)
}

async function cpuOf(path: string, way: string): Promise<number> {
  const program = join(import.meta.dirname, 'programs', 'loopback.py')
  return Number(await outputOf(['python3', program, path, way]))
}
