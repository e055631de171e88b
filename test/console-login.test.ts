// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** The console of a whole leat: who logs in, as what, and what they reach by it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient } from '../src/client/index.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import { Browser } from './helpers/browser.ts'
import { askDoor, startInside } from './helpers/doors.ts'
import { eventually } from './helpers/eventually.ts'
import { shared } from './helpers/subject.ts'

const environment = {
  ADMIN: 'admin-secret',
  ALICE: 'alice-secret',
  BOB: 'bob-secret',
  EVE: 'eve-secret',
}

const started = shared(async (owner) => {
  const running = await startInside(
    owner,
    `
audit: { topic: audit }
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-512 ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
connect: { bind: 127.0.0.1:0, auth: [ basic ] }
console:
  bind: 127.0.0.1:0
  auth: [ login, basic ]
  roles: { operator: [ admin, bob ], viewer: [ alice ] }
access:
  superUsers: [ admin ]
  users:
    admin: { password: "\${env:ADMIN}" }
    alice: { password: "\${env:ALICE}" }
    bob: { password: "\${env:BOB}" }
    eve: { password: "\${env:EVE}" }
  acls:
    - { principal: alice, operations: [ Read ], topic: readings }
    - { principal: bob, operations: [ Write ], topic: meters }
    - { principal: bob, operations: [ Describe ], group: connect-bobs }
`,
    { environment },
  )
  const base = `http://127.0.0.1:${running.console[0]?.port}`
  const kafka = `127.0.0.1:${running.kafka[0]?.port}`
  const direct = `http://127.0.0.1:${running.registry[0]?.port}`
  const loggedIn = async (user: string, password = `${user}-secret`) => {
    const browser = new Browser(base)
    const answer = await browser.ask('/api/session', { method: 'POST', body: { user, password } })
    return { browser, answer }
  }
  return { base, kafka, direct, loggedIn }
})

test('who has not logged in gets the page and a form, and nothing else', async () => {
  const { base } = await started()
  const browser = new Browser(base)
  const { status, body, headers } = await browser.ask('/api/session')
  assert.equal(status, 401)
  assert.deepEqual(body, {
    error: { code: 'login-needed', message: 'Nobody is let in here without a login.' },
    ways: ['password'],
  })
  assert.equal(headers.get('www-authenticate'), null, 'no browser asks for a password by itself')
  for (const path of ['/', '/topics/x']) assert.notEqual((await browser.ask(path)).status, 401)
  for (const path of ['/api/topics', '/api/registry/subjects', '/api/x', '/%61pi/session']) {
    assert.equal((await browser.ask(path)).status, 401, path)
  }
})

test('a password opens a session, whose cookie no script and no other site gets', async () => {
  const { loggedIn } = await started()
  const { browser, answer } = await loggedIn('admin')
  assert.equal(answer.status, 204)
  const [cookie = ''] = answer.headers.getSetCookie()
  assert.match(cookie, /^leat-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const session = await browser.ask('/api/session')
  assert.equal(session.status, 200)
  assert.deepEqual([session.body.user, session.body.role], ['admin', 'operator'])
  assert.equal(session.headers.get('cache-control'), 'no-store')
})

test('a wrong name and a wrong password are refused in the same words', async () => {
  const { loggedIn } = await started()
  const answers = await Promise.all([
    loggedIn('admin', 'wrong'),
    loggedIn('nobody', 'admin-secret'),
    loggedIn('Internal:console', 'x'),
  ])
  for (const { answer } of answers) {
    assert.equal(answer.status, 401)
    assert.deepEqual(answer.body, {
      error: { code: 'login-failed', message: 'The user or the password is wrong.' },
    })
    assert.deepEqual(answer.headers.getSetCookie(), [])
  }
})

test('viewers change nothing, and whom no role names sees nothing', async () => {
  const { loggedIn } = await started()
  const { browser: alice } = await loggedIn('alice')
  assert.equal((await alice.ask('/api/session')).body.role, 'viewer')
  const made = await alice.ask('/api/topics', { method: 'POST', body: { name: 'mine' } })
  assert.deepEqual([made.status, made.body.error.code], [403, 'operator-needed'])
  const { browser: eve } = await loggedIn('eve')
  const session = await eve.ask('/api/session')
  assert.deepEqual([session.status, session.body.error.code], [403, 'role-missing'])
  assert.equal((await eve.ask('/api/topics')).status, 403)
  assert.equal((await eve.ask('/api/session', { method: 'DELETE' })).status, 204)
})

test('who logs out is out, also with the cookie of before', async () => {
  const { loggedIn, base } = await started()
  const { browser } = await loggedIn('admin')
  const old = browser.cookiesOf('127.0.0.1').get('leat-session') ?? ''
  assert.equal((await browser.ask('/api/session', { method: 'DELETE' })).status, 204)
  assert.equal((await browser.ask('/api/session')).status, 401)
  const again = await fetch(`${base}/api/session`, { headers: { cookie: `leat-session=${old}` } })
  assert.equal(again.status, 401)
})

test('programs come in by the same port with a password in each request, and have roles as well', async () => {
  const { base } = await started()
  const admin = { as: 'admin:admin-secret' }
  const session = await askDoor(`${base}/api/session`, admin)
  assert.deepEqual([session.status, session.body.role], [200, 'operator'])
  const metrics = await askDoor(`${base}/metrics`, admin)
  assert.match(metrics.text, /^leat_console_sessions \d+$/m)
  assert.equal((await askDoor(`${base}/metrics`)).status, 401)
  assert.equal((await askDoor(`${base}/api/topics`, { as: 'eve:eve-secret' })).status, 403)
  assert.equal((await askDoor(`${base}/readyz`)).status, 200)
})

test('at the registry and at Connect somebody is whom they logged in as, with their rights', async () => {
  const { loggedIn, direct } = await started()
  const { browser: admin } = await loggedIn('admin')
  const { browser: alice } = await loggedIn('alice')
  const { browser: bob } = await loggedIn('bob')
  const registered = (browser: Browser, subject: string) =>
    browser.ask(`/api/registry/subjects/${subject}/versions`, {
      ...{ method: 'POST', body: { schema: '"long"' } },
    })
  assert.equal((await registered(admin, 'readings-value')).status, 200)
  assert.equal((await registered(bob, 'readings-value')).status, 403, 'bob has no right to it')
  assert.equal((await registered(bob, 'meters-value')).status, 200)
  assert.equal((await registered(alice, 'readings-value')).body.error.code, 'operator-needed')
  const subjects = async (browser: Browser) => (await browser.ask('/api/registry/subjects')).body
  assert.deepEqual(await subjects(admin), ['meters-value', 'readings-value'])
  assert.deepEqual(await subjects(alice), ['readings-value'])
  assert.deepEqual(await subjects(bob), ['meters-value'])
  const unknown = (name: string) => bob.ask(`/api/connect/connectors/${name}/status`)
  await eventually('Connect is ready', async () => (await unknown('bobs')).status !== 503)
  assert.equal((await unknown('bobs')).status, 404)
  assert.equal((await unknown('others')).status, 403)

  // What one part of leat says to another nobody else can say.
  const spokenFor = Buffer.from(JSON.stringify(['User:admin', '127.0.0.1'])).toString('base64url')
  const headers = { 'x-leat-spoken-for': spokenFor }
  for (const as of [undefined, 'console:', 'console:x']) {
    const answer = await askDoor(`${direct}/subjects`, { headers, ...(as && { as }) })
    assert.equal(answer.status, 401)
  }
  const asBob = await askDoor(`${direct}/subjects`, { headers, as: 'bob:bob-secret' })
  assert.deepEqual(asBob.body, ['meters-value'])
})

test('where Kafka lets nobody in without a login, the console does not either', async (t) => {
  const users = 'access: { authorizer: none, users: { admin: { password: "${env:ADMIN}" } } }'
  const listeners = (auth: string) =>
    `kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN ] }, { bind: 127.0.0.1:0 ${auth} } ] }`
  const console = 'console: { bind: 127.0.0.1:0 }'
  const statuses: number[][] = []
  for (const auth of [', auth: [ PLAIN ]', '']) {
    const file = [listeners(auth), users, console].join('\n')
    const running = await startInside(t, file, { environment })
    const base = `http://127.0.0.1:${running.console[0]?.port}`
    const asked = ['/api/session', '/metrics', '/readyz'].map((path) => askDoor(`${base}${path}`))
    statuses.push((await Promise.all(asked)).map(({ status }) => status))
    if (auth === '') continue
    const browser = new Browser(base)
    const body = { user: 'admin', password: 'admin-secret' }
    await browser.ask('/api/session', { method: 'POST', body })
    assert.equal((await browser.ask('/api/session')).body.user, 'admin')
  }
  assert.deepEqual(statuses, [
    [401, 200, 200],
    [200, 200, 200],
  ])
})

test('the audit log tells who logged in and out at the console, who could not, and what they changed', async () => {
  const { loggedIn, kafka } = await started()
  const { browser } = await loggedIn('admin')
  await loggedIn('admin', 'guessed')
  const schema = { method: 'POST', body: { schema: '"string"' } }
  await browser.ask('/api/registry/subjects/told-value/versions', schema)
  await browser.ask('/api/topics', { method: 'POST', body: { name: 'told', partitions: 1 } })
  await browser.ask('/api/session', { method: 'DELETE' })
  const sasl = passwordLogin('SCRAM-SHA-512', 'admin', 'admin-secret')
  await using client = new KafkaClient({ brokers: [kafka], clientId: 'reader', security: { sasl } })
  const told: string[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => {
      for (const { value } of records) {
        const { type, data } = JSON.parse(String(value))
        const { principal, mechanism = '', outcome = '', why = '' } = data
        const { request = mechanism, resource } = data
        const what = resource === undefined ? '' : ` ${resource.type}:${resource.name}`
        told.push([type, principal, request, outcome, why].join(' ') + what)
      }
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign('audit', 0, 'earliest')
  for (const one of [
    'leat.login User:admin login success ',
    'leat.login User:admin login failure the password is wrong',
    'leat.change User:admin POST /subjects/:subject/versions success  Subject:told-value',
    'leat.change User:admin POST /api/topics success  Topic:told',
    'leat.logout User:admin   as they wished',
  ]) {
    await eventually(`${one} in ${told}`, () => told.includes(one))
  }
})
