/** What `npm start` shows. */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { ofOwnBroker } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand } from '../helpers/leat.ts'
import { RunningProgram } from '../helpers/programs.ts'

test('the demonstration shows readings, keeps them in a lake on disk, and goes on with both when it is run again', {
  skip: ofOwnBroker('the demonstration brings it'),
}, async (t) => {
  const folder = temporaryFolder(t)
  const files = () => globSync(join(folder, 'leat-lake/topics/readings/*/*/*/*.parquet'))
  const ports = ['kafka', 'mqtt', 'registry', 'connect', 'http'].flatMap((one) => [
    `--${one}-port`,
    '0',
  ])
  for (const run of [1, 2]) {
    const before = files().length
    const command = [...leatCommand, 'demo', '--data', join(folder, 'leat-data'), ...ports]
    const demo = new RunningProgram(command, { cwd: folder })
    t.after(() => demo.kill())
    const arrived = () => demo.running && files().length > before
    await eventually(`readings of run ${run} arrive`, arrived, 60_000).catch((error: Error) => {
      throw new Error(`${error.message}: ${demo.story()}`)
    })
    assert.match(demo.story(), /pump-1 temperature \d/)
    assert.equal(await demo.stop('SIGTERM'), 0)
  }
  for (const path of files()) {
    const file = new Uint8Array(await readFile(path)).buffer
    const readings = await parquetReadObjects({ file })
    assert.ok(readings.length > 0)
    for (const { device, metric, value, time } of readings) {
      assert.match(device, /^pump-[12]$/)
      assert.match(metric, /^(temperature|vibration)$/)
      assert.ok(value > 0)
      assert.ok(time instanceof Date)
    }
  }
})
