/**
 * `npm run journeys -- NAME …`: plays users' stories (test/journeys/NAME.test.ts) with real programs.
 * AGAINST=cluster plays them on an Apache Kafka of three brokers instead of leat's own; without a name
 * that is all of them, and what makes no sense there is skipped with its reason.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const names = globSync('test/journeys/*.test.ts')
  .map((file) => basename(file, '.test.ts'))
  .sort()
const given = process.argv.slice(2)
const asked = given.length === 0 && process.env.AGAINST === 'cluster' ? names : given

if (asked.length === 0 || !asked.every((name) => names.includes(name))) {
  console.error('npm run journeys -- NAME …, where NAME is one of:')
  for (const known of names) console.error(`  ${known}`)
  process.exitCode = 2
} else {
  const tests = asked.map((name) => `test/journeys/${name}.test.ts`)
  const env = { ...process.env, PEERS: 'required' }
  const command = [join(import.meta.dirname, 'test.mjs'), ...tests]
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env })
  process.exitCode = status ?? 1
}
