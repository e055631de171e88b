// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** Whoever stands before the HTTP doors may try anything: nothing changes, and nothing is told. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { exportSPKI } from 'jose'
import { free as freeOfConnect, ofCluster, ofConnectors } from '../../src/connect/routes/rights.ts'
import { demanded, free } from '../../src/registry/http/rights.ts'
import {
  askersOf,
  issuerOfTokens,
  loggerInto,
  openGuarded,
  rawAnswer,
  startInside,
} from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { shared } from '../helpers/subject.ts'

const environment = { ADMIN: 'admin-secret' }
const admin = { as: 'admin:admin-secret' }

const guarded = shared(async (owner) => {
  const lines: string[] = []
  const doors = await openGuarded(
    owner,
    `
  tokens: { jwks: ./jwks.json, audience: [ leat ] }
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" } }
`,
    { environment, logger: loggerInto(lines) },
  )
  await eventually('Connect is ready', async () => {
    return (await doors.connect('/', admin)).status === 200
  })
  return { ...doors, lines }
})

test('every path of both APIs answers 401 to who does not log in, and changes nothing', async () => {
  const { registry, connect } = await guarded()
  const filled = (path: string) => path.replaceAll(/:[a-z]+/g, '1')
  const bodies = { schema: '"int"', compatibility: 'NONE', mode: 'IMPORT', name: 'x', config: {} }
  const paths = {
    registry: [...demanded, ...free, ['GET', '/nothing'], ['PATCH', '/subjects'], ['OPTIONS', '/']],
    connect: [
      ...ofConnectors.map(([method, path]) => [method, `/connectors${path}`]),
      ...[...ofCluster, ...freeOfConnect, ['GET', '/health'], ['HEAD', '/'], ['GET', '/nothing']],
    ],
  }
  for (const [door, ask] of Object.entries({ registry, connect })) {
    for (const [method = '', path = ''] of paths[door as keyof typeof paths]) {
      const body = /POST|PUT|PATCH/.test(method) ? bodies : undefined
      const { status } = await ask(filled(path), { method, body })
      assert.equal(status, 401, `${method} ${path} of ${door}`)
    }
  }
  assert.deepEqual((await registry('/subjects', admin)).body, [])
  assert.deepEqual((await registry('/config', admin)).body, { compatibilityLevel: 'BACKWARD' })
  assert.deepEqual((await connect('/connectors', admin)).body, [])
})

test('tokens that nobody has signed, or for somebody else, open nothing', async () => {
  const { registry, issuer } = await guarded()
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = Math.floor(Date.now() / 1000)
  const claims = { sub: 'admin', aud: 'leat', iat: seconds, exp: seconds + 300 }
  const shown = `${part({ alg: 'HS256', kid: 'key-1' })}.${part(claims)}`
  const secret = await exportSPKI(issuer.publicKey)
  const stranger = await issuerOfTokens()
  const tokens = [
    `${part({ alg: 'none' })}.${part(claims)}.`,
    `${part({ alg: 'none' })}.${part(claims)}.x`,
    `${shown}.${createHmac('sha256', secret).update(shown).digest('base64url')}`,
    await stranger.sign('admin', { audience: 'leat' }),
    await issuer.sign('admin', { audience: 'others' }),
    await issuer.sign('admin', { audience: 'leat', ends: seconds - 60 }),
    ...['', '.', '..', 'a.b.c', `${part({})}.${part([])}.`, 'null', `${part({})}.bnVsbA.`],
  ]
  for (const token of tokens) {
    assert.equal((await registry('/subjects', { token })).status, 401, token)
  }
  const good = await issuer.sign('admin', { audience: 'leat' })
  assert.equal((await registry('/subjects', { token: good })).status, 200)
})

test('headers that are no login, and endless ones, are refused, and the door stays open', async () => {
  const { registry, portOf } = await guarded()
  const strange = [
    ...['Basic', 'Basic ', 'Basic =', 'Basic ====', 'Bearer', 'basic YWRtaW4', 'Negotiate abc'],
    ...['Basic YWRtaW46YWRtaW4tc2VjcmV0 x', 'Digest username="admin"', ' ', 'Basic /////w=='],
    `Basic ${Buffer.from('admin\0:admin-secret').toString('base64')}`,
    `Basic ${Buffer.from(`${'a'.repeat(5000)}:x`).toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`,
  ]
  for (const authorization of strange) {
    const { status } = await registry('/subjects', { headers: { authorization } })
    assert.equal(status, 401, authorization.slice(0, 60))
  }
  const endless = `GET /subjects HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${'A'.repeat(100_000)}\r\n\r\n`
  assert.match(await rawAnswer(portOf('registry'), endless), /^HTTP\/1\.1 431 /)
  assert.equal((await registry('/subjects', admin)).status, 200)
})

test('a body is not read for somebody who is refused', async () => {
  const { portOf } = await guarded()
  const head =
    'POST /subjects/a/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n{'
  const answer = await rawAnswer(portOf('registry'), head)
  assert.match(answer, /^HTTP\/1\.1 401 /)
  assert.match(answer, /connection: close/i)
})

test('a page of another site in a browser changes nothing, though its visitor is logged in', async () => {
  const { registry, connect } = await guarded()
  const body = JSON.stringify({ schema: '"int"', name: 'evil', config: {} })
  const pages = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1' },
  ]
  for (const page of pages) {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      const headers = { ...page, 'content-type': type }
      const asked = { method: 'POST', body, headers, ...admin }
      assert.equal((await registry('/subjects/evil/versions', asked)).status, 403)
      assert.equal((await connect('/connectors', asked)).status, 403)
    }
  }
  assert.deepEqual((await registry('/subjects', admin)).body, [])
  const own = { 'sec-fetch-site': 'same-origin', origin: 'https://proxy.example' }
  const asked = { method: 'POST', body: { schema: '"int"' }, headers: own, ...admin }
  assert.equal((await registry('/subjects/own-value', asked)).status, 404)
})

test('a page whose name is made to point here reads and changes nothing where nobody has to log in', async (t) => {
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, advertised: broker.plant.example:9092 } ] }
registry: { bind: 127.0.0.1:0, allowedHosts: [ leat.example, .factory.example ] }
connect: { bind: 127.0.0.1:0 }
console: { bind: 127.0.0.1:0, url: https://console.example }
`,
  )
  const { registry, connect, console } = askersOf(running)
  const rebound = { host: 'evil.example', 'accept-language': 'en' }
  const own = { ...rebound, origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }
  const body = { schema: '"int"' }
  const post = { method: 'POST', body }
  const read = await registry('/subjects', { headers: rebound })
  assert.deepEqual([read.status, read.body.error_code], [421, 421])
  assert.match(read.body.message, /'evil\.example'.* write 'allowedHosts: \[ evil\.example \]'/)
  const written = await registry('/subjects/rebound-value/versions', { ...post, headers: own })
  assert.equal(written.status, 421)
  assert.equal((await connect('/connectors', { headers: rebound })).status, 421)
  assert.equal((await console('/metrics', { headers: rebound })).status, 421)
  assert.equal((await console('/api/session', { headers: rebound })).status, 421)
  assert.equal((await console('/healthz', { headers: rebound })).status, 200)
  const endless = { ...rebound, host: `${'a.'.repeat(5000)}example` }
  assert.ok((await registry('/subjects', { headers: endless })).text.length < 1000)

  const ours = ['localhost', '127.0.0.1:1', '[::1]', 'leat', 'leat.example', 'a.factory.example']
  for (const host of [...ours, 'broker.plant.example', 'console.example', 'pc.local']) {
    const { status } = await registry('/subjects', { headers: { ...rebound, host } })
    assert.equal(status, 200, host)
  }
  const program = { host: 'registry.anywhere.example', 'user-agent': 'curl/8.5.0' }
  const registered = await registry('/subjects/program-value/versions', {
    ...post,
    headers: program,
  })
  assert.equal(registered.status, 200)
  assert.deepEqual((await registry('/subjects')).body, ['program-value'])
})

test('who has said who they are comes by any name, and who need not comes by ours alone', async (t) => {
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic, anonymous ] }
access:
  users: { admin: { password: "\${env:ADMIN}" } }
  acls: [ { principal: "User:*", operations: [ All ], topic: "*" } ]
`,
    { environment },
  )
  const { registry } = askersOf(running)
  const headers = { host: 'leat.anywhere.example', 'accept-language': 'en' }
  assert.equal((await registry('/subjects', { headers, ...admin })).status, 200)
  assert.equal((await registry('/subjects', { headers })).status, 421)
  const token = { ...headers, authorization: 'Bearer made.up.one' }
  assert.equal((await registry('/subjects', { headers: token })).status, 421)
})

test('names with markup come back as JSON that no browser takes for a page', async () => {
  const { registry, connect } = await guarded()
  const name = '<script>alert(1)</script>'
  const path = encodeURIComponent(name)
  const answers = [
    await registry(`/subjects/${path}/versions`, admin),
    await registry(`/${path}`, { ...admin, headers: { accept: 'text/html, */*' } }),
    await connect(`/connectors/${path}`, { ...admin, headers: { accept: 'text/html' } }),
    await connect(`/${path}`, { headers: { accept: 'text/html' } }),
    await registry(`/subjects/${path}`, { headers: { accept: 'text/html' } }),
  ]
  for (const { headers, status } of answers) {
    assert.match(String(headers['content-type']), /json/, String(status))
    assert.equal(headers['x-content-type-options'], 'nosniff')
  }
})

test('what a proxy would say of its client gives nobody rights', async () => {
  const { registry, connect } = await guarded()
  const headers = {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-user': 'admin',
    'x-remote-user': 'admin',
    forwarded: 'for=127.0.0.1',
    'x-leat-worker-pass': 'W10.W10',
    'x-connect-authorization': 'AAAA',
  }
  assert.equal((await registry('/subjects', { headers })).status, 401)
  assert.equal((await connect('/connectors', { headers })).status, 401)
  const tasks = { method: 'POST', body: [{}], headers }
  assert.equal((await connect('/connectors/x/tasks', tasks)).status, 401)
})

test('logins that fail are logged with their user, and never with a secret', async () => {
  const { registry, lines } = await guarded()
  await registry('/subjects', { as: 'admin:wr0ng-passw0rd' })
  const said = lines.join('\n')
  assert.match(said, /A login failed .*"user":"admin"/)
  assert.doesNotMatch(said, /wr0ng|admin-secret|eyJ/)
})
