import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { systemProcesses } from './processes.ts'
import { openLog } from './testing/workbench.ts'

function alive(pid: number, ...living: number[]) {
  return {
    pid,
    startOf: (asked: number) =>
      asked === pid || living.includes(asked) ? `start of ${asked}` : undefined,
    boot: () => 'a boot',
  }
}

test('a directory that a living process holds is refused, naming the process', async () => {
  const files = new FaultyFiles()
  await using _log = await openLog({ files, processes: alive(1) })
  await assert.rejects(openLog({ files, processes: alive(2, 1) }), {
    code: 'directory-locked',
    message: /process 1\b/,
  })
})

test('the lock of a dead process is taken over at once', async () => {
  const files = new FaultyFiles()
  await openLog({ files, processes: alive(1) })
  await using log = await openLog({ files, processes: alive(2) })
  assert.equal(log.sealedBy, undefined)
})

test('a process that got the id of a dead one does not hold its lock', async () => {
  const files = new FaultyFiles()
  await openLog({ files, processes: alive(1) })
  const processes = { ...alive(2), startOf: (pid: number) => `${pid} started later` }
  await using log = await openLog({ files, processes })
  assert.equal(log.sealedBy, undefined)
})

test('a lock that a power loss emptied is taken over', async () => {
  const files = new FaultyFiles()
  files.makeFolder('/data')
  files.open('/data/lock', { create: true }).close()
  await using log = await openLog({ files })
  assert.equal(log.sealedBy, undefined)
})

test('a closed log leaves no lock', async () => {
  const files = new FaultyFiles()
  await (await openLog({ files })).close()
  assert.equal(files.exists('/data/lock'), false)
})

test('a directory of a newer format is refused, and left as it is', async () => {
  const files = new FaultyFiles()
  files.makeFolder('/data')
  files.open('/data/format', { create: true }).write(Buffer.from('2\n'), 0)
  await assert.rejects(openLog({ files }), {
    code: 'newer-format',
    message: /has format 2, this leat knows format 1/,
  })
  assert.deepEqual(files.list('/data'), ['format'])
})

test('a directory of somebody else is refused', async () => {
  const files = new FaultyFiles()
  files.makeFolder('/data/photos')
  await assert.rejects(openLog({ files }), { code: 'not-a-data-directory' })
  assert.deepEqual(files.list('/data'), ['photos'])
})

test('the start of a process is known as long as it lives', () => {
  const { pid, startOf } = systemProcesses
  assert.equal(startOf(pid), startOf(pid))
  assert.notEqual(startOf(pid), undefined)
  assert.equal(startOf(2 ** 22 + 1), undefined)
})
