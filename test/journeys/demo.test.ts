/** What `npm start` shows. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand } from '../helpers/leat.ts'
import { RunningProgram } from '../helpers/programs.ts'

test('the demonstration shows readings, keeps them in a lake on disk, and goes on with both when it is run again', async (t) => {
  const folder = temporaryFolder(t)
  const lake = join(folder, 'leat-lake', 'readings.jsonl')
  const ports = ['kafka', 'mqtt', 'registry', 'connect', 'http'].flatMap((one) => [
    `--${one}-port`,
    '0',
  ])
  const lines = () => (existsSync(lake) ? readFileSync(lake, 'utf8').split('\n').slice(0, -1) : [])
  for (const run of [1, 2]) {
    const before = lines().length
    const command = [...leatCommand, 'demo', '--data', join(folder, 'leat-data'), ...ports]
    const demo = new RunningProgram(command, { cwd: folder })
    t.after(() => demo.kill())
    const arrived = () => demo.running && lines().length >= before + 8
    await eventually(`readings of run ${run} arrive`, arrived, 30_000).catch((error: Error) => {
      throw new Error(`${error.message}: ${demo.story()}`)
    })
    assert.match(demo.story(), /pump-1 temperature \d/)
    assert.equal(await demo.stop('SIGTERM'), 0)
  }
  const readings = lines().map((line) => JSON.parse(line))
  for (const { device, metric, value } of readings) {
    assert.match(device, /^pump-[12]$/)
    assert.match(metric, /^(temperature|vibration)$/)
    assert.ok(value > 0)
  }
})
