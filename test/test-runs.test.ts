/** What `npm run journeys` makes of tests that are skipped, of none at all, and of a missing program. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { temporaryFolder } from './helpers/folders.ts'

const script = resolve('scripts/journeys.mjs')
const peers = pathToFileURL(resolve('test/helpers/peers.ts')).href

test('a story of which all is skipped does not fail, and says loudly what and why', (t) => {
  const { status, output } = playStory(
    t,
    `import { test } from 'node:test'
     test('one machine among others', { skip: 'the broker is elsewhere' }, () => {})`,
  )
  assert.match(output, /Skipped: the broker is elsewhere\n {2}- .*: one machine among others/)
  assert.match(output, /NOTHING WAS PROVED: all that there is was skipped/)
  assert.match(output, /0 passed, 0 failed, 1 skipped/)
  assert.equal(status, 0, output)
})

test('a story that holds no test fails', (t) => {
  const { status, output } = playStory(t, 'export {}')
  assert.match(output, /holds no test/)
  assert.equal(status, 1, output)
})

test('a story whose program of others is not there fails', (t) => {
  const { status, output } = playStory(
    t,
    `import { test } from 'node:test'
     import { withoutPeer } from ${JSON.stringify(peers)}
     test('it reads', { skip: withoutPeer('kafka-python-3.0.12') }, () => {})`,
  )
  assert.match(output, /kafka-python-3.0.12 is not installed; run: npm run peers/)
  assert.equal(status, 1, output)
})

/** In a folder of its own, as if it were all of leat's stories. */
function playStory(t: TestContext, source: string) {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'test/journeys'), { recursive: true })
  writeFileSync(join(folder, 'test/journeys/told.test.ts'), source)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'told'], {
    ...{ cwd: folder, env: { ...env, LEAT_PEERS: folder }, encoding: 'utf8', timeout: 120_000 },
  })
  return { status, output: `${stdout}${stderr}` }
}
