import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Files, systemFiles } from './files.ts'
import { between, seededRandom } from './random.ts'
import { FaultyFiles } from './testing/faulty-files.ts'
import { unwrittenFiles } from './unwritten-files.ts'

function folderWith(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-unwritten-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'inside'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function textOf(files: Files, path: string): string {
  const file = files.open(path)
  const bytes = Buffer.alloc(file.size())
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  return bytes.toString()
}

test('what is written, renamed and removed is so on top, and the disk stays as it is', (t) => {
  const folder = folderWith(t, { a: 'aaaa', b: 'b', 'inside/c': 'c' })
  const files = unwrittenFiles(systemFiles)
  const a = files.open(join(folder, 'a'))
  a.write(Buffer.from('XX'), 1)
  a.close()
  files.remove(join(folder, 'b'))
  files.rename(join(folder, 'inside'), join(folder, 'moved'))
  files.open(join(folder, 'new'), { exclusive: true }).write(Buffer.from('new'), 0)
  assert.deepEqual(files.list(folder), ['a', 'moved', 'new'])
  assert.equal(textOf(files, join(folder, 'a')), 'aXXa')
  assert.equal(textOf(files, join(folder, 'moved/c')), 'c')
  assert.equal(files.exists(join(folder, 'inside/c')), false)
  assert.throws(() => files.open(join(folder, 'b')), { code: 'ENOENT' })
  assert.throws(() => files.open(join(folder, 'new'), { exclusive: true }), { code: 'EEXIST' })
  assert.deepEqual(readdirSync(folder), ['a', 'b', 'inside'])
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), 'aaaa')
})

test('a folder that was removed and made again is empty', (t) => {
  const folder = folderWith(t, { 'inside/c': 'c' })
  const files = unwrittenFiles(systemFiles)
  files.remove(join(folder, 'inside'))
  files.makeFolder(join(folder, 'inside'))
  assert.deepEqual(files.list(join(folder, 'inside')), [])
  assert.deepEqual(files.list(folder), ['inside'])
})

test('random writes and cuts leave the same bytes as on a disk', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
  const random = seededRandom(seed)
  const start = Buffer.alloc(200_000, 'disk')
  const [disk, below] = [new FaultyFiles(), new FaultyFiles()]
  for (const files of [disk, below]) files.open('/f', { create: true }).write(start, 0)
  const top = unwrittenFiles(below)
  for (let step = 0; step < 200; step++) {
    const position = between(random, 0, 300_000)
    const bytes = Buffer.alloc(between(random, 1, 100_000), step)
    const isCut = between(random, 0, 4) === 0
    for (const files of [disk, top]) {
      const file = files.open('/f')
      if (isCut) file.truncate(position)
      else file.write(bytes, position)
      file.close()
    }
    assert.ok(textOf(top, '/f') === textOf(disk, '/f'), `SEED=${seed}, step ${step}`)
  }
  assert.equal(textOf(below, '/f'), start.toString())
})

test('more than it can keep in memory is a full disk', () => {
  const files = unwrittenFiles(new FaultyFiles())
  const file = files.open('/f', { create: true })
  const megabyte = Buffer.alloc(2 ** 20)
  const write = () => {
    for (let done = 0; done <= 256; done++) file.write(megabyte, done * 2 ** 20)
  }
  assert.throws(write, { code: 'ENOSPC' })
})
