/** `npm run journeys NAME`: plays one user's story (test/journeys/NAME.test.ts) with real programs. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename } from 'node:path'

const names = globSync('test/journeys/*.test.ts')
  .map((file) => basename(file, '.test.ts'))
  .sort()
const [name, ...rest] = process.argv.slice(2)

if (name === undefined || !names.includes(name) || rest.length > 0) {
  console.error('npm run journeys NAME, where NAME is one of:')
  for (const known of names) console.error(`  ${known}`)
  process.exitCode = 2
} else {
  const test = ['scripts/test.mjs', `test/journeys/${name}.test.ts`]
  const env = { ...process.env, PEERS: 'required' }
  const { status } = spawnSync(process.execPath, test, { stdio: 'inherit', env })
  process.exitCode = status ?? 1
}
