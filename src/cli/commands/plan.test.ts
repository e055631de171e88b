import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../testing/run-cli.ts'

test('a dry run prints what would be changed and does nothing; diff says by its exit code that something differs', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-plan-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'leat.yml')
  writeFileSync(file, 'kafka: { listeners: [ { bind: 127.0.0.1:0 } ], topics: { a: {} } }\n')
  const dry = await runCli(['up', '-f', folder, '--dry-run'])
  assert.equal(dry.code, 0)
  assert.match(dry.stdout, /^\+ topic a is created$/m)
  assert.equal(dry.stderr, 'Nothing is there yet.\n')
  assert.equal(existsSync(join(folder, 'leat-data')), false)
  const diff = await runCli(['diff', '-f', folder, '-o', 'json'])
  assert.equal(diff.code, 1)
  const topic = JSON.parse(diff.stdout).find(({ kind }: { kind: string }) => kind === 'topic')
  assert.deepEqual(topic, { action: 'create', kind: 'topic', name: 'a', changes: [] })
  writeFileSync(file, 'kafka: { topisc: {} }\n')
  const wrong = await runCli(['up', '-f', folder, '--dry-run'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /leat\.yml:1:10 'topisc' is no setting of 'kafka'; write 'topics'\./)
})
