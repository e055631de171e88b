import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { journalNames } from './journal.ts'
import { appendDurably, batchOf, openLog, sensors } from './testing/workbench.ts'

const mebibyte = 2 ** 20
const journalBytes = 8 * mebibyte

test('both files of a journal are filled some way ahead of what is written, and never beyond their size', async () => {
  const [files, clock] = [new FaultyFiles(), new ManualClock()]
  await using log = await openLog({ files, clock, settings: { journalBytes } })
  const partition = await log.createPartition(sensors)
  const sizes = () => {
    // As long as it would take to fill both to their end.
    clock.advance(1000)
    return journalNames.map((name) => (files.open(`/data/${name}`)?.size() ?? 0) / mebibyte)
  }
  assert.deepEqual(sizes(), [0, 0])
  await appendDurably(partition, batchOf(['21.5']))
  assert.deepEqual(sizes().map(Math.round), [3, 3])
  const appendMany = (count: number) => {
    const batch = batchOf(['x'.repeat(20_000)])
    return Promise.all(Array.from({ length: count }, () => appendDurably(partition, batch)))
  }
  await appendMany(50)
  assert.deepEqual(sizes().map(Math.round), [4, 4])
  await appendMany(200)
  assert.deepEqual(sizes(), [8, 8])
})
