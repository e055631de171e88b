import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Files, OpenFile } from '../base/files.ts'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { CachedFile, FileCache } from './cached-file.ts'
import { countWhile } from './entry-file.ts'
import { OffsetIndex } from './offset-index.ts'

test('a search finds the same wherever it begins', () => {
  for (let count = 0; count < 40; count++) {
    for (let wanted = 0; wanted <= count; wanted++) {
      for (const near of [0, 1, wanted, count - 1, count, count + 100]) {
        assert.equal(
          countWhile(count, near, (index) => index < wanted),
          wanted,
        )
      }
    }
  }
})

test('a search that begins far off needs no more steps than a few times the halvings', () => {
  let steps = 0
  const found = countWhile(1_000_000, 0, (index) => {
    steps += 1
    return index < 999_999
  })
  assert.equal(found, 999_999)
  assert.ok(steps < 60, `${steps} steps`)
})

test('whoever reads on looks at an index seldom, and sees what was added and cut meanwhile', () => {
  const counting = countingFiles()
  const index = new OffsetIndex(new CachedFile(new FileCache(counting.files, 10), '/t.index'))
  for (let entry = 0; entry < 5000; entry++) index.add(entry * 10, entry * 1000)
  index.flush()
  for (let at = 0; at < 5000; at += 50) {
    assert.equal(index.positionAtOrBefore(at * 1000)?.position, at * 1000)
  }
  assert.ok(counting.reads < 50, `${counting.reads} reads for 100 searches`)
  index.truncate(2_000_000)
  index.add(99_990, 2_000_000)
  index.flush()
  assert.equal(index.atOrBefore(1_000_000)?.position, 2_000_000)
  assert.equal(index.atOrBefore(99_989)?.position, 1_999_000)
})

/** A disk in memory that counts its reads. */
function countingFiles() {
  const disk = new FaultyFiles()
  const counting = {
    reads: 0,
    files: new Proxy<Files>(disk, {
      get(target, name) {
        if (name !== 'open') {
          const value = Reflect.get(target, name) as unknown
          return typeof value === 'function' ? value.bind(target) : value
        }
        return (...args: Parameters<Files['open']>): OpenFile => {
          const file = target.open(...args)
          return new Proxy(file, {
            get(opened, part) {
              if (part === 'read') counting.reads += 1
              const value = Reflect.get(opened, part) as unknown
              return typeof value === 'function' ? value.bind(opened) : value
            },
          })
        }
      },
    }),
  }
  return counting
}
