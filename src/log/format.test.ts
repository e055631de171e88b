import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemFiles } from '../base/files.ts'
import { decodeBatch } from '../protocols/kafka/record-batch.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, openLog, readAll, sensors } from './testing/workbench.ts'
import { verifyDirectory } from './verify.ts'

const fixtures = fileURLToPath(new URL('../../test/fixtures/data-directories/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'leat-format-'))
after(() => rmSync(root, { recursive: true, force: true }))

/**
 * Format 1, as a power loss left it: 20 batches of one record, one of producer 7, records before
 * offset 5 deleted; then, whole only in the journal, a gzip batch of two records and another of
 * producer 7.
 */
test('a data directory of format 1 opens with all it had', async () => {
  const directory = join(root, 'v1')
  cpSync(join(fixtures, 'v1'), directory, { recursive: true })
  const problems: unknown[] = []
  await verifyDirectory(directory, { files: systemFiles, onProblem: (one) => problems.push(one) })
  assert.deepEqual(problems, [])

  await using log = await openLog({ files: systemFiles, directory })
  const partition = log.partition(sensors.topicId, sensors.partition) as PartitionLog
  assert.deepEqual([partition.startOffset, partition.endOffset], [5n, 24n])
  const all = readAll(partition)
  const values: string[] = []
  for (let at = 0; at < all.length; ) {
    const { header, records } = decodeBatch(all, at)
    values.push(...records.map(({ value }) => String(value)))
    at += header.sizeBytes
  }
  const last = ['from a producer', 'zipped', 'zipped', 'from a producer, too']
  assert.deepEqual(values.slice(-4), last)
  const again = { producerId: 7n, producerEpoch: 1, baseSequence: 1 }
  const { duplicate, baseOffset } = append(partition, batchOf(['from a producer, too'], again))
  assert.deepEqual([duplicate, baseOffset], [true, 23n])
})
