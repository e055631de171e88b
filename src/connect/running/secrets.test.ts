// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isError } from '../../base/errors.ts'
import { withSecrets } from './secrets.ts'

test('secrets come from variables, from files, and from the keys of properties files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'token'), 'abc\n')
  writeFileSync(join(folder, 'db.properties'), '# of the test\nuser = usr\npassword: s=cret\n')
  const sources = { environment: { HOST: 'db-1' }, folder }
  const config = {
    url: 'mysql://${env:HOST}/x',
    token: '${file:token}',
    login: '${file:db.properties:user} ${file:db.properties:password}',
    plain: 'as it is',
  }
  assert.deepEqual(await withSecrets(config, sources), {
    url: 'mysql://db-1/x',
    token: 'abc',
    login: 'usr s=cret',
    plain: 'as it is',
  })
})

test('a secret that is not there is said with its cure, and nothing of the others', async () => {
  const sources = { environment: { KNOWN: 'hidden' }, folder: '.' }
  const failing = withSecrets({ password: '${env:KNOWN}${env:NOWHERE}' }, sources)
  await assert.rejects(failing, (error: Error) => {
    assert.ok(isError(error, 'secret-missing'))
    assert.match(error.message, /\$\{env:NOWHERE\}.*set it where leat is started/)
    assert.doesNotMatch(error.message, /hidden/)
    return true
  })
})
