// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { lakeFolders } from './lakes.ts'

test('a lake is where the environment says, as for its sink', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-lakes-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const sink = '{ connector.class: S3_SINK, topics: a, store.url: "file:${env:LAKE:-/usual}" }'
  writeFileSync(join(folder, 'leat.yml'), `connect: { connectors: { lake: ${sink} } }\n`)
  assert.deepEqual(await lakeFolders({ file: [folder] }, { LAKE: '/mine' }), ['/mine/topics'])
  assert.deepEqual(await lakeFolders({ file: [folder] }, {}), ['/usual/topics'])
})
