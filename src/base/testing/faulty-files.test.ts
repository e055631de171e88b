import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Files } from '../files.ts'
import { seededRandom } from '../random.ts'
import { FaultyFiles } from './faulty-files.ts'

const seeds = Array.from({ length: 200 }, (_, seed) => seed)

function contents(files: Files, path: string): string | undefined {
  if (!files.exists(path)) return undefined
  const file = files.open(path)
  const bytes = Buffer.alloc(file.size())
  file.read(bytes, 0, bytes.length, 0)
  return bytes.toString()
}

async function withFile(): Promise<FaultyFiles> {
  const files = new FaultyFiles()
  files.makeFolder('/a')
  await files.syncDirectory('/')
  const file = files.open('/a/file', { create: true })
  file.write(Buffer.from('synced'), 0)
  await file.sync()
  return files
}

test('a synced file in a synced folder survives every power loss', async () => {
  const files = await withFile()
  await files.syncDirectory('/a')
  for (const seed of seeds) {
    assert.equal(contents(files.powerLoss(seededRandom(seed)), '/a/file'), 'synced')
  }
})

test('a file whose name is not synced may be gone, or not', async () => {
  const files = await withFile()
  const found = seeds.map((seed) => contents(files.powerLoss(seededRandom(seed)), '/a/file'))
  assert.deepEqual(new Set(found), new Set(['synced', undefined]))
})

test('bytes that are not synced are kept, lost, or torn at a sector', async () => {
  const files = await withFile()
  await files.syncDirectory('/a')
  files.open('/a/file').write(Buffer.alloc(1024, 'x'), 0)
  const found = seeds.map((seed) => contents(files.powerLoss(seededRandom(seed)), '/a/file') ?? '')
  assert.ok(found.includes('synced'), 'lost')
  assert.ok(found.includes('x'.repeat(1024)), 'kept')
  assert.ok(found.includes('x'.repeat(512)), 'the first sector only')
  assert.ok(
    found.some((text) => text.startsWith('synced\0')),
    'the second sector only',
  )
})

test('a rename that is not synced leaves the one name or the other', async () => {
  const files = await withFile()
  await files.syncDirectory('/a')
  files.rename('/a/file', '/a/renamed')
  for (const seed of seeds) {
    const names = files.powerLoss(seededRandom(seed)).list('/a')
    assert.equal(names.length, 1)
  }
})

test('what is written during a sync is not covered by it', async () => {
  const files = await withFile()
  await files.syncDirectory('/a')
  const file = files.open('/a/file')
  const synced = file.sync()
  file.write(Buffer.from('late'), 0)
  await synced
  const found = seeds.map((seed) => contents(files.powerLoss(seededRandom(seed)), '/a/file'))
  assert.ok(found.includes('synced'))
})

test('failures happen where they are asked for', async () => {
  const files = await withFile()
  files.failing = (operation, path) =>
    operation === 'sync' && path === '/a/file' ? 'EIO' : undefined
  await assert.rejects(files.open('/a/file').sync(), { code: 'EIO' })
})
