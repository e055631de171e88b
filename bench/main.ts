/** `npm run bench -- NAME`: figures beside a real peer, in one run, because machines are noisy. */
import { benchConnect } from './connect.ts'
import { benchConsume } from './consume.ts'
import { benchGraduate } from './graduate.ts'
import { benchKafka } from './kafka.ts'
import { benchLake } from './lake.ts'
import { benchLoopback } from './loopback.ts'
import { benchMemory } from './memory.ts'
import { benchMessages } from './messages.ts'
import { benchMirror } from './mirror.ts'
import { benchRecovery } from './recovery.ts'
import { benchSmall } from './small.ts'
import { benchTls } from './tls.ts'

const benches: Record<string, (args: readonly string[]) => Promise<void>> = {
  connect: benchConnect,
  consume: benchConsume,
  graduate: benchGraduate,
  kafka: benchKafka,
  lake: benchLake,
  loopback: benchLoopback,
  memory: benchMemory,
  messages: benchMessages,
  mirror: benchMirror,
  recovery: benchRecovery,
  small: benchSmall,
  tls: benchTls,
}

const [name = '', ...args] = process.argv.slice(2)
const bench = benches[name]
if (bench === undefined) {
  console.error(`Which one? npm run bench -- ${Object.keys(benches).join(' | ')}`)
  process.exit(2)
}
await bench(args)
