// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** Other people's clients, unchanged, at HTTP doors with TLS, logins and rights. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { Authority } from '../helpers/certificates.ts'
import { issuerOfTokens, startInside } from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'
import { program, report } from '../helpers/python.ts'
import { shared } from '../helpers/subject.ts'

const environment = { ALICE: 'al1ce:secret' }
const python = 'confluent-serializers-2.15.0'
const npm = 'npm-registry-clients'
const unauthorized = [401, 401, 'Unauthorized']
const denied = [403, 40301, 'User is denied operation Write on Subject: meters-value']

const guarded = shared(async (owner) => {
  const authority = await Authority.open(owner)
  const server = await authority.sign('server', 'IP:127.0.0.1')
  const client = await authority.sign('alice')
  const issuer = await issuerOfTokens()
  const keys = `cert: ${server.certificate}, key: ${server.key}, ca: ${authority.certificate}`
  const door = `
  bind: 127.0.0.1:0
  auth: [ basic, bearer, certificate ]
  tls: { ${keys}, clientAuth: requested }
  principalMappingRules: "RULE:^CN=(.*)$/$1/"`
  const running = await startInside(
    owner,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: ${door}
connect: ${door}
access:
  tokens: { jwks: ./jwks.json }
  users: { alice: { password: "\${env:ALICE}" } }
  acls:
    # The client of kafkajs sets the compatibility of a subject before it registers the first schema.
    - { principal: alice, operations: [ Write, AlterConfigs ], topic: readings }
    - { principal: alice, operations: [ Describe ], topic: meters }
    - { principal: alice, operations: [ Describe ], group: connect-, pattern: prefixed }
`,
    { environment, files: { 'jwks.json': issuer.jwks } },
  )
  const url = (name: 'registry' | 'connect') => `https://127.0.0.1:${running[name][0]?.port}`
  return { registry: url('registry'), connect: url('connect'), authority, client, issuer }
})

test('Confluent’s client for Python comes in by password, token and certificate, and hears why not', {
  skip: withoutPeer(python),
}, async () => {
  const { registry, authority, client, issuer } = await guarded()
  const ca = { 'ssl.ca.location': authority.certificate }
  const said = async (given: object, subject = 'readings-value') =>
    (await report(python, program('registry_logs_in.py'), registry, subject, JSON.stringify(given)))
      .said
  const user = { ...ca, 'basic.auth.user.info': `alice:${environment.ALICE}` }
  const bearer = {
    ...ca,
    'bearer.auth.credentials.source': 'STATIC_TOKEN',
    'bearer.auth.logical.cluster': 'lsrc-1',
    'bearer.auth.identity.pool.id': 'pool-1',
  }
  const token = { ...bearer, 'bearer.auth.token': await issuer.sign('alice') }
  const pair = {
    'ssl.certificate.location': client.certificate,
    'ssl.key.location': client.key,
  }
  assert.equal(await said(user), '"long"')
  assert.equal(await said(token), '"long"')
  assert.equal(await said({ ...ca, ...pair }), '"long"')
  assert.deepEqual(await said(ca), unauthorized)
  assert.deepEqual(await said({ ...ca, 'basic.auth.user.info': 'alice:wrong' }), unauthorized)
  const stranger = await (await issuerOfTokens()).sign('alice')
  assert.deepEqual(await said({ ...bearer, 'bearer.auth.token': stranger }), unauthorized)
  assert.deepEqual(await said(user, 'meters-value'), denied)
  const { 'basic.auth.user.info': info } = user
  assert.match(`${await said({ 'basic.auth.user.info': info })}`, /Connect|SSL|Certificate/)
})

test('the registry client of kafkajs comes in by password, and hears why not', {
  skip: withoutPeer(npm),
}, async () => {
  const { SchemaRegistry } = createRequire(join(peersHome, npm, 'package.json'))(
    '@kafkajs/confluent-schema-registry',
  )
  const { registry: host, authority } = await guarded()
  const agent = new Agent({ ca: readFileSync(authority.certificate) })
  const login = (password: string) => ({ host, agent, auth: { username: 'alice', password } })
  const schema = { type: 'AVRO', schema: '{"type":"record","name":"R","fields":[]}' }
  const registry = new SchemaRegistry(login(environment.ALICE))
  const { id } = await registry.register(schema, { subject: 'readings-key' })
  assert.deepEqual({ ...(await registry.decode(await registry.encode(id, {}))) }, {})
  await assert.rejects(registry.register(schema, { subject: 'meters-value' }), {
    message: /User is denied operation/,
  })
  const stranger = new SchemaRegistry(login('wrong'))
  await assert.rejects(stranger.register(schema, { subject: 'readings-key' }), {
    message: /Unauthorized/,
  })
  agent.destroy()
})

test('curl comes in by password, token and certificate at both doors', {
  skip: withoutPeer('curl'),
}, async () => {
  const { registry, connect, authority, client, issuer } = await guarded()
  const curl = async (...args: string[]) => {
    const format = ['-s', '-w', '\n%{http_code}', '--cacert', authority.certificate]
    const said = await outputOf(['curl', ...format, ...args])
    const [body = '', status = ''] = said.split(/\n(?=\d+$)/)
    return { body, status: Number(status) }
  }
  const user = ['-u', `alice:${environment.ALICE}`]
  const token = ['-H', `Authorization: Bearer ${await issuer.sign('alice')}`]
  const pair = ['--cert', client.certificate, '--key', client.key]
  await eventually('Connect is ready', async () => {
    return (await curl(...user, `${connect}/connectors`)).status === 200
  })
  for (const login of [user, token, pair, ['--anyauth', ...user]]) {
    for (const url of [`${registry}/subjects`, `${connect}/connectors`]) {
      assert.equal((await curl(...login, url)).status, 200, `${login[0]} ${url}`)
    }
  }
  const nobody = await curl(`${connect}/connectors`)
  const message = 'User cannot access the resource.'
  assert.deepEqual([nobody.status, JSON.parse(nobody.body)], [401, { error_code: 401, message }])
  const wrong = await curl('-u', 'alice:wrong', `${registry}/subjects`)
  assert.equal(wrong.status, 401)
  const plain = await runProgram(['curl', '-s', registry.replace('https', 'http')])
  assert.notEqual(plain.exitCode, 0, 'nothing is told without TLS')
  const unbelieved = await runProgram(['curl', '-s', ...user, `${registry}/subjects`])
  assert.equal(unbelieved.exitCode, 60, 'curl does not believe the certificate')
})
