import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { aloneIn, append, batchOf, openLog, sensors, until } from './testing/workbench.ts'
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

test('what was written when the machine was last asked is not unfinished, and a bad batch in it is found', async () => {
  const files = new FaultyFiles()
  const clock = new ManualClock()
  const processes = aloneIn('the boot')
  const log = await openLog({ files, clock, durability: 'os', processes })
  await append(await log.createPartition(sensors), batchOf(['a'])).durable
  clock.advance(60_000)
  await until(() => files.exists('/data/written-points'))
  const left = files.copy()
  const verifyIn = async (boot: string) => {
    const problems: Problem[] = []
    const onProblem = (one: Problem) => problems.push(one)
    const options = { files: left, onProblem, processes: aloneIn(boot) }
    return { ...(await verifyDirectory('/data', options)), problems: problems.length }
  }
  const size = batchOf(['a']).length
  assert.equal((await verifyIn('the boot')).unfinishedBytes, 0)
  assert.equal((await verifyIn('another')).unfinishedBytes, size)
  left.damage(`${first}.log`, size - 1, Buffer.from([255]))
  assert.equal((await verifyIn('the boot')).problems, 1)
  assert.equal((await verifyIn('another')).problems, 0)
})
