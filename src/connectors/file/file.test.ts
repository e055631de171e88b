import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testPlugin, testSink, testSource } from '../../connect/testing/index.ts'
import { LineSplitter } from './lines.ts'
import { fileSink } from './sink.ts'
import { fileSource } from './source.ts'

function fileOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-file-connector-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'lines.txt')
}

testPlugin(fileSink)
testSink({
  plugin: fileSink,
  place: async (t) => {
    const file = fileOf(t)
    const values = async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    return { config: { file }, values }
  },
})

testPlugin(fileSource)
testSource({
  plugin: fileSource,
  place: async (t) => {
    const file = fileOf(t)
    const add = (lines: readonly string[]) =>
      appendFile(file, lines.map((one) => `${one}\n`).join(''))
    return { config: { file, topic: 'lines' }, add }
  },
  textOf: ({ value }) => String(value),
})

test('a line is read when its end is there, whatever pieces it comes in', () => {
  const lines = new LineSplitter(100)
  for (const piece of ['o', 'ne\r', '\ntw', 'ö\n', '\n', 'rest']) lines.push(Buffer.from(piece))
  assert.deepEqual(lines.take(10), [
    { text: 'one', end: 105 },
    { text: 'twö', end: 110 },
    { text: '', end: 111 },
  ])
  assert.equal(lines.readTo, 115)
})
