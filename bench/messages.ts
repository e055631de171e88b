/**
 * `npm run bench -- messages [--rounds 3] [--only mqtt]`: Reader and Writer beside SINETStream for Python, on the
 * same leat, in alternating runs, at AT_LEAST_ONCE with messages of 100 bytes. Prints ratios.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Owner } from '../test/helpers/folders.ts'
import { type LeatProcess, startLeat } from '../test/helpers/leat.ts'
import { pythonOf } from '../test/helpers/peers.ts'
import { startProgram } from '../test/helpers/programs.ts'
import { machine } from './machine.ts'
import { withOwner } from './owner.ts'
import { median, type Row, table } from './table.ts'

const bytes = 100
const programs = join(import.meta.dirname, 'programs')
const gcm = {
  data_encryption: true,
  crypto: { algorithm: 'AES', mode: 'GCM', key_length: 256, password: 'of the bench' },
}

const sides = {
  leat: [process.execPath, join(programs, 'messages.ts')],
  python: [pythonOf('sinetstream'), join(programs, 'messages.py')],
} as const
type Side = keyof typeof sides

/** So many messages a run: some seconds for each side. */
const counts: Readonly<Record<string, Readonly<Record<Side, number>>>> = {
  'write each': { leat: 5000, python: 5000 },
  'write many': { leat: 200_000, python: 20_000 },
  read: { leat: 200_000, python: 20_000 },
  'there and back': { leat: 2000, python: 2000 },
}

export async function benchMessages(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } },
  })
  const rounds = Number(values.rounds)
  const rows: Row[] = []
  await withOwner(async (owner) => {
    const leat = await startLeat(owner, { kafka: { durability: 'disk' } })
    for (const type of ['kafka', 'mqtt'] as const) {
      if (values.only !== undefined && values.only !== type) continue
      for (const [name, coding] of Object.entries({ plain: {}, 'AES-256-GCM': gcm })) {
        for (const role of Object.keys(counts)) {
          const results: Record<Side, number[][]> = { leat: [], python: [] }
          for (let round = 0; round < rounds; round++) {
            for (const side of ['leat', 'python'] as const) {
              results[side].push(await run(owner, leat, side, role, type, coding))
            }
          }
          rows.push(...rowsOf(`${type} · ${name} · ${role}`, role, results))
          const last = rows.at(-1)
          if (last !== undefined) console.error(`${last.what}: ${last.leat} beside ${last.peer}`)
        }
      }
    }
  })
  const title = `${machine()}; medians of ${rounds} alternating rounds; ${bytes} bytes, AT_LEAST_ONCE, durability disk`
  console.log(`\n${title}\n\n${table(rows, 'SINETStream (Python)')}`)
}

/** Messages a second, or the median and the 99th percentile in milliseconds. */
async function run(
  owner: Owner,
  leat: LeatProcess,
  side: Side,
  role: string,
  type: 'kafka' | 'mqtt',
  coding: object,
): Promise<number[]> {
  const brokers = type === 'kafka' ? leat.brokers : `127.0.0.1:${leat.mqttPort}`
  const topic = `bench-${side}-${role.replaceAll(' ', '-')}-${Math.random().toString(36).slice(2)}`
  const parameters = { type, brokers, topic, consistency: 'AT_LEAST_ONCE', ...coding }
  // Kafka keeps what it has: what is read is there before, and nobody else is at work.
  const isKept = type === 'kafka' && role === 'read'
  const reading = isKept
    ? { ...parameters, type_spec: { auto_offset_reset: 'earliest' } }
    : parameters
  const count = counts[role]?.[side] ?? 0
  const start = (by: Side, what: string, given: object) =>
    startProgram(
      owner,
      [...sides[by], JSON.stringify(what), JSON.stringify(given), `${count}`, `${bytes}`],
      { env: { PYTHONUNBUFFERED: '1' } },
    )
  const fill = async () => await start('leat', 'write many', parameters).exited
  if (isKept) await fill()
  const measured = start(side, role, reading)
  if (role === 'read' && !isKept) {
    await measured.says('"open"\n', 30_000)
    await fill()
  }
  await measured.exited
  const result = JSON.parse(measured.stdout.trim().split('\n').at(-1) ?? '') as {
    seconds?: number
    p50Ms: number
    p99Ms: number
  }
  return result.seconds === undefined ? [result.p50Ms, result.p99Ms] : [count / result.seconds]
}

function rowsOf(what: string, role: string, results: Record<Side, number[][]>): Row[] {
  const at = (side: Side, index: number) => median(results[side].map((one) => one[index] ?? NaN))
  if (role !== 'there and back') {
    const row = { unit: 'messages/s', leat: at('leat', 0), peer: at('python', 0) }
    return [{ what, ...row, moreIsBetter: true, ...(role === 'write each' ? {} : { goal: 10 }) }]
  }
  return ['p50', 'p99'].map((name, index) => ({
    what: `${what}, ${name}`,
    unit: 'ms',
    ...{ leat: at('leat', index), peer: at('python', index) },
    ...{ moreIsBetter: false, goal: 1 },
  }))
}
