import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { systemFiles } from '../base/files.ts'
import { append, batchOf, offsetsIn, openLog, readAll, sensors } from './testing/workbench.ts'

const root = mkdtempSync(join(tmpdir(), 'leat-log-'))
after(() => rmSync(root, { recursive: true, force: true }))

for (const durability of ['disk', 'os'] as const) {
  test(`the log works on the disk of this machine (durability ${durability})`, async () => {
    const options = { files: systemFiles, clock: systemClock, durability }
    const directory = join(root, 'new', durability)
    const log = await openLog({ ...options, directory })
    const partition = await log.createPartition(sensors, { segmentBytes: 20_000 })
    for (let count = 0; count < 500; count++) append(partition, batchOf([`value ${count}`]))
    append(partition, batchOf(['large'.repeat(10_000)]))
    await log.settled()
    assert.equal(offsetsIn(readAll(partition)).length, 501)
    assert.equal(await partition.deleteRecordsBefore(400n), 400n)
    await log.createPartition({ ...sensors, partition: 1 })
    await log.deletePartition(sensors.topicId, 1)
    await log.close()

    await using again = await openLog({ ...options, directory })
    const found = [...again.partitions()].map(({ startOffset, endOffset }) => [
      startOffset,
      endOffset,
    ])
    assert.deepEqual(found, [[400n, 501n]])
  })
}
