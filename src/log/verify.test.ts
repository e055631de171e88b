import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { append, batchOf, openLog, sensors } from './testing/workbench.ts'
import { type Problem, verifyDirectory } from './verify.ts'

const first = '/data/topics/sensors-0/00000000000000000000'

async function directory() {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  const policy = { segmentBytes: 2000, indexIntervalBytes: 200 }
  const partition = await log.createPartition(sensors, policy)
  for (let count = 0; count < 100; count++) append(partition, batchOf(['a', 'b']))
  await log.close()
  return files
}

async function verify(files: FaultyFiles) {
  const problems: Problem[] = []
  const result = await verifyDirectory('/data', { files, onProblem: (one) => problems.push(one) })
  assert.equal(result.problems, problems.length)
  return { ...result, problems }
}

test('a good directory has no problems, and all of it is read', async () => {
  const { batches, records, partitions, problems, unfinishedBytes } = await verify(
    await directory(),
  )
  assert.deepEqual(
    { batches, records, partitions, problems, unfinishedBytes },
    { batches: 100, records: 200, partitions: 1, problems: [], unfinishedBytes: 0 },
  )
})

test('a flipped bit is found, with its file and position', async () => {
  const files = await directory()
  files.damage(`${first}.log`, 2 * batchOf(['a', 'b']).length - 1, Buffer.from([255]))
  const { problems } = await verify(files)
  const position = batchOf(['a', 'b']).length
  assert.deepEqual(problems, [
    { path: `${first}.log`, position, what: 'the CRC-32C of a batch is wrong' },
  ])
})

for (const which of [0, 1]) {
  test(`a missing segment is found (the one with index ${which})`, async () => {
    const files = await directory()
    const names = files.list('/data/topics/sensors-0').filter((name) => name.endsWith('.log'))
    files.remove(`/data/topics/sensors-0/${names[which]}`)
    const { problems } = await verify(files)
    assert.deepEqual(
      problems.map(({ what }) => /starts at offset \d+ where \d+ comes next/.test(what)),
      [true],
    )
  })
}

test('an index entry that points nowhere is found', async () => {
  const files = await directory()
  files.damage(`${first}.index`, 4, Buffer.from([0, 0, 0, 9]))
  const { problems } = await verify(files)
  assert.deepEqual(
    problems.map(({ path }) => path),
    [`${first}.index`],
  )
})

test('what a killed process left unfinished is no problem', async () => {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  await append(await log.createPartition(sensors), batchOf(['a'])).durable
  const left = files.copy()
  const { problems, unfinishedBytes } = await verify(left)
  assert.deepEqual(problems, [])
  assert.equal(unfinishedBytes, batchOf(['a']).length)
})
