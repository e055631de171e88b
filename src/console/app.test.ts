import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { opened } from './testing/opened.ts'

test('where nobody logs in a session has no user, is that of an operator and says what there is', async () => {
  await using console = await opened()
  const answer = await console.ask('/api/session')
  const { version, ...said } = (await answer.json()) as Record<string, unknown>
  assert.match(String(version), /^\d+\.\d+\.\d+/)
  assert.deepEqual(said, {
    user: null,
    role: 'operator',
    ways: [],
    parts: { registry: false, connect: false, mqtt: false, pipelines: false, embedded: true },
  })
})

test('answers say what a browser may do with them, and those of the API are kept nowhere', async () => {
  await using console = await opened({ folder: builtPage() })
  for (const path of ['/api/session', '/api/nothing', '/', '/assets/app-1A2B3C4D.js', '/x.js']) {
    const { headers } = await console.ask(path)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, path)
    assert.match(policy, /frame-ancestors 'none'/, path)
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
    assert.equal(headers.get('access-control-allow-origin'), null)
    assert.equal(headers.get('cache-control') === 'no-store', path.startsWith('/api/'), path)
  }
})

test('the page answers for all that it shows, its files for themselves, and nothing else of the disk', async () => {
  await using console = await opened({ folder: builtPage() })
  const textOf = async (path: string) => (await console.ask(path)).text()
  for (const path of [
    '/',
    '/index.html',
    '/topics',
    '/topics/sensor.raw',
    '/login?failed=denied',
  ]) {
    assert.equal(await textOf(path), '<!doctype html>', path)
  }
  const script = await console.ask('/assets/app-1A2B3C4D.js')
  assert.equal(await script.text(), 'start()')
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=UTF-8')
  assert.equal(script.headers.get('content-encoding'), 'gzip')
  assert.match(script.headers.get('cache-control') ?? '', /immutable/)
  assert.equal((await console.ask('/')).headers.get('cache-control'), 'no-cache')
  for (const path of [
    '/favicon.ico',
    '/assets/other.js',
    '/assets/../secret.txt',
    '/package.json',
  ]) {
    const { status } = await console.ask(path)
    assert.equal(status, 404, path)
  }
  for (const path of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt']) {
    assert.doesNotMatch(await textOf(path), /hidden/, path)
  }
})

test('a leat without a built page says so in words', async () => {
  await using console = await opened({ folder: join(tmpdir(), 'leat-has-no-such-folder') })
  const answer = await console.ask('/')
  assert.equal(answer.status, 404)
  assert.match(await answer.text(), /npm run build/)
})

test('what there is not under /api/ is said in JSON', async () => {
  await using console = await opened()
  const answer = await console.ask('/api/nothing', { method: 'POST' })
  assert.equal(answer.status, 404)
  assert.deepEqual(await answer.json(), {
    error: {
      code: 'path-unknown',
      message: 'There is no POST /api/nothing here; docs/guides/console.md lists what there is.',
    },
  })
})

test('a viewer asks for nothing but to look', async () => {
  await using console = await opened({ roles: { operator: ['alice'], viewer: ['*'] } })
  assert.equal(
    ((await (await console.ask('/api/session')).json()) as { role: string }).role,
    'viewer',
  )
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await console.ask('/api/topics', { method })
    assert.equal(answer.status, 403, method)
    const { error } = (await answer.json()) as { error: { code: string } }
    assert.equal(error.code, 'operator-needed')
  }
  await using closed = await opened({ roles: { operator: ['alice'], viewer: [] } })
  assert.equal((await closed.ask('/api/session')).status, 403)
  assert.equal((await closed.ask('/api/topics')).status, 403)
})

test('a body of more than a mebibyte is not read', async () => {
  await using console = await opened()
  const body = 'x'.repeat(1024 * 1024 + 1)
  assert.equal((await console.ask('/api/topics', { method: 'POST', body })).status, 413)
})

function builtPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-test-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const page = join(folder, 'web')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'hidden')
  writeFileSync(join(page, 'index.html'), '<!doctype html>')
  writeFileSync(join(page, 'assets', 'app-1A2B3C4D.js'), 'start()')
  return page
}
