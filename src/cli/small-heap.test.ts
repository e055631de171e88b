import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** Objects that live for a while, as records do; prints how large the young generation has become. */
const program = `
  import { setImmediate as turn } from 'node:timers/promises'
  import { getHeapSpaceStatistics } from 'node:v8'
  import { keepHeapSmall } from '${import.meta.resolve('./small-heap.ts')}'
  keepHeapSmall()
  const living = new Array(100_000)
  for (let made = 0; made < 3_000_000; made++) {
    living[made % living.length] = { made, also: [made] }
    if (made % 1000 === 0) await turn()
  }
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  console.log(young.space_size / 2 ** 20)
`

test('the young generation of a busy process stays small', { timeout: 60_000 }, async () => {
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  assert.ok(Number(stdout) > 1 && Number(stdout) <= 24, `${stdout.trim()} MiB`)
})
