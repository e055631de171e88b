// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** The HTTP doors of a whole leat: who comes in, by what, and what they may do there. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { KafkaClient } from '../src/client/index.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import { Authority } from './helpers/certificates.ts'
import { type Asked, askDoor, issuerOfTokens, openGuarded, startInside } from './helpers/doors.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'
import { shared } from './helpers/subject.ts'

const environment = { ADMIN: 'admin-secret', ALICE: 'alice:secret', BOB: 'bob-secret' }
const admin = { as: 'admin:admin-secret' }
const alice = { as: 'alice:alice:secret' }
const bob = { as: 'bob:bob-secret' }
const schema = { schema: '"long"' }

const guarded = shared((owner) =>
  openGuarded(
    owner,
    `
  tokens: { jwks: ./jwks.json }
  superUsers: [ admin ]
  users:
    admin: { password: "\${env:ADMIN}" }
    alice: { password: "\${env:ALICE}" }
    bob: { password: "\${env:BOB}" }
  acls:
    - { principal: alice, operations: [ Write ], topic: readings }
    - { principal: alice, operations: [ Describe ], group: connect-, pattern: prefixed }
    - { principal: bob, operations: [ Describe ], topic: meters }
    - { principal: bob, operations: [ All ], group: connect-bobs }
`,
    { environment },
  ),
)

test('who does not say who they are hears 401, in the form of each API, and how to log in', async () => {
  const { registry, connect, console } = await guarded()
  const fromRegistry = await registry('/subjects')
  assert.deepEqual(
    [fromRegistry.status, fromRegistry.body],
    [401, { error_code: 401, message: 'Unauthorized' }],
  )
  assert.equal(
    fromRegistry.headers['www-authenticate'],
    'Basic realm="leat", charset="UTF-8", Bearer realm="leat"',
  )
  const fromConnect = await connect('/connectors')
  assert.deepEqual(
    [fromConnect.status, fromConnect.body],
    [401, { error_code: 401, message: 'User cannot access the resource.' }],
  )
  assert.equal((await console('/metrics')).status, 401)
})

test('a password that is wrong, or whose user there is not, is refused in the same words', async () => {
  const { registry } = await guarded()
  const answers = await Promise.all(
    ['admin:wrong', 'nobody:admin-secret', 'admin:', ':x', 'admin'].map((as) =>
      registry('/subjects', { as }),
    ),
  )
  for (const { status, body } of answers) {
    assert.deepEqual([status, body], [401, { error_code: 401, message: 'Unauthorized' }])
  }
})

test('users of the broker come in by their passwords, and by tokens that the broker takes', async () => {
  const { registry, issuer } = await guarded()
  assert.deepEqual((await registry('/subjects', admin)).status, 200)
  const token = await issuer.sign('admin')
  assert.equal((await registry('/subjects', { token })).status, 200)
  const registered = await registry('/subjects/by-token-value/versions', {
    ...{ method: 'POST', body: schema, token },
  })
  assert.equal(registered.status, 200, 'a token has the rights of its user')
  const expired = await registry('/subjects', {
    token: await issuer.sign('admin', { ends: Math.floor(Date.now() / 1000) - 3600 }),
  })
  assert.equal(expired.status, 401)
  assert.match(`${expired.headers['www-authenticate']}`, /Bearer .*error="invalid_token"/)
  const stranger = await issuerOfTokens()
  assert.equal((await registry('/subjects', { token: await stranger.sign('admin') })).status, 401)
})

test('health is told to everybody, and metrics to those who may describe the cluster', async () => {
  const { console } = await guarded()
  assert.equal((await console('/healthz')).status, 200)
  assert.equal((await console('/readyz')).status, 200)
  assert.equal((await console('/metrics', admin)).status, 200)
  assert.equal((await console('/metrics', alice)).status, 403)
})

test('a subject is for those who have rights on its topic, and lists leave out the others', async () => {
  const { registry } = await guarded()
  const post = { method: 'POST', body: schema }
  await registry('/subjects/meters-value/versions', { ...post, ...admin })
  const written = await registry('/subjects/readings-value/versions', { ...post, ...alice })
  assert.equal(written.status, 200, 'who writes to a topic registers its schemas')
  const denied = await registry('/subjects/meters-value/versions', { ...post, ...alice })
  assert.deepEqual(
    [denied.status, denied.body],
    [
      403,
      { error_code: 40301, message: 'User is denied operation Write on Subject: meters-value' },
    ],
  )
  assert.deepEqual((await registry('/subjects', alice)).body, ['readings-value'])
  assert.deepEqual((await registry('/subjects', bob)).body, ['meters-value'])
  assert.equal((await registry('/subjects/meters-value/versions/1', bob)).status, 200)
  assert.equal((await registry('/subjects/meters-value/versions/1', alice)).status, 403)
  assert.equal((await registry('/subjects/none-value/versions/1', alice)).status, 403)
  const remove = { method: 'DELETE' }
  assert.equal((await registry('/subjects/meters-value', { ...remove, ...bob })).status, 403)
  const level = { method: 'PUT', body: { compatibility: 'NONE' } }
  assert.equal((await registry('/config', { ...level, ...alice })).status, 403)
  assert.equal((await registry('/config/readings-value', { ...level, ...alice })).status, 403)
  assert.equal((await registry('/config', { ...level, ...admin })).status, 200)
  assert.equal((await registry('/config', alice)).status, 200)
})

test('a schema is found by its id under a subject that one may see, and otherwise denied', async () => {
  const { registry } = await guarded()
  const post = { method: 'POST', body: { schema: '"string"' } }
  const { body } = await registry('/subjects/meters-key/versions', { ...post, ...admin })
  assert.equal((await registry(`/schemas/ids/${body.id}`, bob)).status, 200)
  assert.equal((await registry(`/schemas/ids/${body.id}`, alice)).status, 403)
  assert.deepEqual((await registry(`/schemas/ids/${body.id}/subjects`, alice)).body, [])
  await registry('/subjects/readings-key/versions', { ...post, ...admin })
  assert.equal((await registry(`/schemas/ids/${body.id}`, alice)).status, 200)
  const seen = await registry(`/schemas/ids/${body.id}/subjects`, alice)
  assert.deepEqual(seen.body, ['readings-key'])
  const listed = (await registry('/schemas', alice)).body as { subject: string }[]
  assert.ok(listed.every(({ subject }) => subject.startsWith('readings')))
})

test('references and other contexts open no subject that one may not see', async () => {
  const { registry } = await guarded()
  const record = { type: 'record', name: 'secret', fields: [{ name: 'hidden', type: 'int' }] }
  await registry('/subjects/vault-value/versions', {
    ...{ method: 'POST', body: { schema: JSON.stringify(record) }, ...admin },
  })
  await registry('/subjects/:.plant:readings-value/versions', {
    ...{ method: 'POST', body: { schema: '"double"' }, ...admin },
  })
  const references = [{ name: 'secret', subject: 'vault-value', version: 1 }]
  const wrapped = { schema: '"secret"', references }
  for (const path of ['/subjects/readings-value/versions', '/subjects/readings-value']) {
    const asked = { method: 'POST', body: wrapped, ...alice }
    assert.equal((await registry(path, asked)).status, 403, path)
  }
  assert.equal(
    (await registry('/contexts/.plant/subjects/readings-value/versions/1', alice)).status,
    403,
  )
  const elsewhere = { method: 'POST', body: { schema: '"double"' }, ...alice }
  assert.notEqual((await registry('/subjects/readings-value', elsewhere)).status, 200)
  assert.deepEqual((await registry('/contexts', alice)).body, ['.'])
})

test('connectors are seen, changed and let rest by those with rights on their group', async (t) => {
  const { connect } = await guarded()
  const file = join(temporaryFolder(t), 'out.txt')
  const config = { 'connector.class': 'FileStreamSink', topics: 'readings', file }
  await eventually('Connect is ready', async () => (await connect('/', admin)).status === 200)
  const create = (name: string, who: Asked) =>
    connect('/connectors', { method: 'POST', body: { name, config }, ...who })
  assert.equal((await create('to-file', admin)).status, 201)
  assert.equal((await create('bobs', admin)).status, 201)
  const denied = await create('more', bob)
  assert.deepEqual([denied.status, denied.body.error_code], [403, 403])
  assert.match(denied.body.message, /AlterConfigs on the cluster is not allowed/)
  const put = { method: 'PUT', body: config }
  assert.equal((await connect('/connectors/bobs/config', { ...put, ...bob })).status, 403)
  const validate = '/connector-plugins/FileStreamSink/config/validate'
  assert.equal((await connect(validate, { ...put, ...bob })).status, 403)
  assert.deepEqual((await connect('/connectors', bob)).body, ['bobs'])
  assert.deepEqual([...(await connect('/connectors', alice)).body].sort(), ['bobs', 'to-file'])
  await eventually('alice sees how it is', async () => {
    return (await connect('/connectors/to-file/status', alice)).status === 200
  })
  assert.equal((await connect('/connectors/to-file/config', alice)).status, 403)
  const expanded = (await connect('/connectors?expand=info&expand=status', alice)).body
  assert.deepEqual(Object.keys(expanded['to-file']), ['status'])
  const pause = { method: 'PUT' }
  assert.equal((await connect('/connectors/to-file/pause', { ...pause, ...alice })).status, 403)
  assert.equal((await connect('/connectors/bobs/pause', { ...pause, ...bob })).status, 202)
  assert.equal((await connect('/connectors/to-file', bob)).status, 403)
  assert.equal((await connect('/connectors/none', bob)).status, 403)
  assert.equal((await connect('/admin/loggers', alice)).status, 403)
  const level = { method: 'PUT', body: { level: 'DEBUG' }, ...bob }
  assert.equal((await connect('/admin/loggers/root', level)).status, 403)
})

test('doors speak TLS, and a certificate names its user', async (t) => {
  const authority = await Authority.open(t)
  const server = await authority.sign('server', 'IP:127.0.0.1')
  const client = await authority.sign('alice')
  const keys = `cert: ${server.certificate}, key: ${server.key}, ca: ${authority.certificate}`
  const tls = `tls: { ${keys}, clientAuth: requested }`
  const mapping = 'principalMappingRules: "RULE:^CN=(.*)$/$1/"'
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { bind: 127.0.0.1:0, auth: [ certificate ], ${mapping}, ${tls} }
connect: { bind: 127.0.0.1:0, auth: [ certificate ], ${mapping}, ${tls} }
console: { bind: 127.0.0.1:0, ${tls} }
access:
  acls: [ { principal: alice, operations: [ Describe, Write ], topic: readings } ]
`,
  )
  const { certificate: cert, key } = client
  const trusting = { ca: authority.certificate }
  const url = (door: 'registry' | 'connect' | 'console') =>
    `https://127.0.0.1:${running[door][0]?.port}`
  const post = { method: 'POST', body: schema }
  const asAlice = { ...trusting, cert, key }
  const registered = await askDoor(`${url('registry')}/subjects/readings-value/versions`, {
    ...{ ...post, ...asAlice },
  })
  assert.equal(registered.status, 200)
  const other = `${url('registry')}/subjects/meters-value/versions`
  assert.equal((await askDoor(other, { ...post, ...asAlice })).status, 403)
  assert.equal((await askDoor(`${url('registry')}/subjects`, trusting)).status, 401)
  assert.equal((await askDoor(`${url('console')}/metrics`, trusting)).status, 200)
  await eventually('Connect is ready', async () => {
    return (await askDoor(`${url('connect')}/connectors`, asAlice)).status === 200
  })
  assert.equal((await askDoor(`${url('connect')}/connectors`, trusting)).status, 401)
})

test('keys of a door that change count for the next connection, without a restart', async (t) => {
  const authority = await Authority.open(t)
  const [before, after] = await Promise.all([
    authority.sign('before', 'IP:127.0.0.1'),
    authority.sign('after', 'IP:127.0.0.1'),
  ])
  const pem = ({ certificate, key }: typeof before) =>
    `${readFileSync(certificate, 'utf8')}${readFileSync(key, 'utf8')}`
  const file = join(authority.folder, 'door.pem')
  writeFileSync(file, pem(before))
  const running = await startInside(
    t,
    `console: { bind: 127.0.0.1:0, tls: { keystore: ${file} } }\nkafka: { listeners: [ { bind: 127.0.0.1:0 } ] }`,
  )
  const url = `https://127.0.0.1:${running.console[0]?.port}/healthz`
  const shown = async () => (await askDoor(url, { ca: authority.certificate })).certificate
  assert.equal(await shown(), 'before')
  writeFileSync(file, pem(after))
  await eventually('the new certificate is shown', async () => (await shown()) === 'after', 60_000)
})

test('the audit log tells who came in over HTTP, who was refused, and what they changed', async (t) => {
  const running = await startInside(
    t,
    `
audit: { topic: trail }
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
connect: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" }, bob: { password: "\${env:BOB}" } }
`,
    { environment },
  )
  const registry = `http://127.0.0.1:${running.registry[0]?.port}`
  const connect = `http://127.0.0.1:${running.connect[0]?.port}`
  const post = { method: 'POST', body: schema }
  for (const who of [admin, admin, bob, { as: 'bob:wrong-secret' }]) {
    await askDoor(`${registry}/subjects/readings-value/versions`, { ...post, ...who })
  }
  await eventually('Connect is ready', async () => {
    return (await askDoor(`${connect}/`, admin)).status === 200
  })
  await askDoor(`${connect}/connectors/none`, { method: 'DELETE', ...admin })
  await using client = new KafkaClient({
    ...{ brokers: [`127.0.0.1:${running.kafka[0]?.port}`], clientId: 'test' },
    security: { sasl: passwordLogin('PLAIN', 'admin', environment.ADMIN) },
  })
  const events: string[] = []
  const texts: string[] = []
  const fetcher = client.fetcher({
    onRecords: async (_topic, _partition, records) => {
      for (const { value } of records) {
        texts.push(`${value}`)
        const { type, source, subject, data } = JSON.parse(`${value}`)
        if (source !== '/leat/http') continue
        const what = data.request ?? data.operation ?? data.mechanism
        events.push([type, subject, data.outcome, what].join(' '))
      }
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign('trail', 0, 'earliest')
  const expected = [
    'leat.login User:admin success basic',
    'leat.change Subject:readings-value success POST /subjects/:subject/versions',
    'leat.change Subject:readings-value success POST /subjects/:subject/versions',
    'leat.login User:bob success basic',
    'leat.authorization Topic:readings denied Write',
    'leat.login User:bob failure basic',
    'leat.login User:admin success basic',
    'leat.change Connector:none failure DELETE /connectors/:name',
  ]
  await eventually('all is told', () => events.length >= expected.length)
  assert.deepEqual(events, expected)
  assert.doesNotMatch(texts.join(), /secret/)
})
