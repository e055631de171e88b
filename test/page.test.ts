/** The console's page as it is delivered: how much it is, and what a strict browser makes of it. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { temporaryFolder } from './helpers/folders.ts'

const mostBytes = 60_000
const repository = join(import.meta.dirname, '..')

test('the whole page is less than 60 kB on the way to a browser', {
  timeout: 120_000,
}, async (t) => {
  const folder = temporaryFolder(t)
  // Plain JavaScript, which has no types.
  const script = join(repository, 'scripts', 'page.mjs')
  const { buildPage }: { buildPage(folder: string): Promise<void> } = await import(script)
  await buildPage(folder)
  const files = globSync('**/*.*', { cwd: folder })
  const sizes = files.map((file) => gzipSync(readFileSync(join(folder, file))).length)
  const sum = sizes.reduce((total, size) => total + size, 0)
  t.diagnostic(`${sum} bytes in ${files.length} files`)
  assert.ok(sum < mostBytes, `${sum} bytes`)

  await t.test('its page names its files by what is in them, and has nothing inline', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    const named = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path = '']) => path)
    assert.equal(named.length, 3)
    for (const path of named) {
      assert.ok(files.includes(path), `${path} is not there`)
      assert.match(basename(path), /-[A-Z0-9]{8}\./)
    }
    assert.doesNotMatch(page, /<script[^>]*>[^<]|<style|\sstyle=|\son\w+=/)
  })
})

test('nothing on the page is set as HTML, and no code is made of text', () => {
  const sources = globSync('web/**/*.{ts,tsx}', { cwd: repository })
  assert.ok(sources.length > 40, `only ${sources.length} sources were found`)
  const ways = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/
  const wrong = sources.filter((file) => ways.test(readFileSync(join(repository, file), 'utf8')))
  assert.deepEqual(wrong, [])
})
