// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** Doors that are guarded keep nobody out who belongs inside: leat's own parts, its workers, its commands. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectAsync } from 'mqtt'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../src/client/index.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import { Authority } from './helpers/certificates.ts'
import { askDoor, startInside } from './helpers/doors.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

const environment = { ADMIN: 'admin-secret' }
const reading = JSON.stringify({
  ...{ type: 'record', name: 'Reading' },
  fields: [{ name: 'celsius', type: 'double' }],
})

/** Mutual TLS, passwords and rules at every door. */
async function closed(authority: Authority) {
  const server = await authority.sign('server', 'IP:127.0.0.1')
  const client = await authority.sign('somebody')
  const keys = `cert: ${server.certificate}, key: ${server.key}, ca: ${authority.certificate}`
  const door = `auth: [ basic ], tls: { ${keys}, clientAuth: required }`
  const ca = authority.certificate
  const asAdmin = { as: 'admin:admin-secret', ca, cert: client.certificate, key: client.key }
  return { door, asAdmin }
}

test('MQTT routes, topics with schemas, pipelines and converters ask a registry with TLS and logins', async (t) => {
  const folder = temporaryFolder(t)
  const { door, asAdmin } = await closed(await Authority.open(t))
  const file = join(folder, 'out.txt')
  const running = await startInside(
    t,
    `
kafka:
  listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-512 ] } ]
  topics: { readings: { confluent.value.schema.validation: true }, warm: {} }
mqtt:
  listeners: [ { bind: 127.0.0.1:0, auth: [ password ] } ]
  routes: [ { from: plant/+, to: readings, schema: { file: ./reading.avsc } } ]
registry: { bind: 127.0.0.1:0, ${door} }
pipelines:
  warm: { from: readings, steps: [ { filter: "value.celsius > 20" } ], to: { topic: warm, format: avro } }
connect:
  bind: 127.0.0.1:0
  auth: [ basic ]
  connectors:
    to-file:
      connector.class: FileStreamSink
      topics: readings
      file: ${file}
      value.converter: io.confluent.connect.avro.AvroConverter
access:
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" } }
`,
    { environment, files: { 'reading.avsc': reading } },
  )
  const sensor = await connectAsync(`mqtt://127.0.0.1:${running.mqtt[0]?.port}`, {
    ...{ protocolVersion: 5, username: 'admin', password: environment.ADMIN },
  })
  t.after(() => sensor.endAsync(true))
  await sensor.publishAsync('plant/a', '{"celsius":21.5}', { qos: 1 })
  await assert.rejects(sensor.publishAsync('readings', 'warm', { qos: 1 }), { code: 0x99 })
  await eventually(
    'the sink has written it',
    () => existsSync(file) && readFileSync(file, 'utf8').includes('21.5'),
  )
  const registry = `https://127.0.0.1:${running.registry[0]?.port}`
  assert.equal(running.registry.length, 1, 'the door of the parts is not told')
  await eventually('the pipeline has registered its schema', async () => {
    const { body } = await askDoor(`${registry}/subjects`, asAdmin)
    return Array.isArray(body) && body.includes('readings-value') && body.includes('warm-value')
  })
  await using client = new KafkaClient({
    ...{ brokers: [`127.0.0.1:${running.kafka[0]?.port}`], clientId: 'test' },
    security: { sasl: passwordLogin('SCRAM-SHA-512', 'admin', environment.ADMIN) },
  })
  // It registers first, and writes then.
  await eventually('it has written what was warm', async () => {
    const [warm] = await client.offsets([{ topic: 'warm', partition: 0, at: 'latest' }])
    return warm?.offset === 1n
  })
})

test('workers behind TLS and logins share their work, and a request is whoever’s it is at the leader as well', async (t) => {
  const folder = temporaryFolder(t)
  const { door, asAdmin } = await closed(await Authority.open(t))
  const access = `
access:
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" }, eve: { password: "\${env:ADMIN}" } }
  acls:
    - { principal: eve, operations: [ Read ], group: connect-, pattern: prefixed }
    # Who is a super user a broker does not tell to those before it.
    - { principal: admin, operations: [ All ], group: connect-, pattern: prefixed }
    - { principal: admin, operations: [ All ], cluster: kafka-cluster }
`
  const first = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0 }, { bind: 127.0.0.1:0, auth: [ PLAIN ] } ] }
connect: { bind: 127.0.0.1:0, ${door} }
${access}
  allowEveryoneIfNoAclFound: true
`,
    { environment },
  )
  const second = await startInside(
    t,
    `
kafka:
  brokers: [ 127.0.0.1:${first.kafka[1]?.port} ]
  sasl: { mechanism: PLAIN, username: admin, password: "\${env:ADMIN}" }
connect: { bind: 127.0.0.1:0, ${door} }
`,
    { environment },
  )
  const urls = [first, second].map(({ connect }) => `https://127.0.0.1:${connect[0]?.port}`)
  const [one = '', other = ''] = urls
  for (const url of urls) {
    await eventually(
      `the worker at ${url} is ready`,
      async () => (await askDoor(`${url}/`, asAdmin)).status === 200,
      60_000,
    )
  }
  const create = async (url: string, name: string) => {
    const file = join(folder, `${name}.txt`)
    const config = { 'connector.class': 'FileStreamSink', topics: 'in', file, 'tasks.max': 1 }
    const asked = { method: 'PUT', body: config, ...asAdmin }
    await eventually(`${name} is created`, async () => {
      const { status } = await askDoor(`${url}/connectors/${name}/config`, asked)
      return status === 201 || status === 200
    })
  }
  // One of the two is the leader, and the other has to ask it.
  await create(one, 'a')
  await create(other, 'b')
  await eventually(
    'both run, with their tasks',
    async () => {
      const states = await Promise.all(
        ['a', 'b'].map(
          async (name) => (await askDoor(`${one}/connectors/${name}/status`, asAdmin)).body,
        ),
      )
      return states.every(({ tasks }) => tasks?.[0]?.state === 'RUNNING')
    },
    60_000,
  )
  for (const url of urls) {
    const asEve = { ...asAdmin, as: `eve:${environment.ADMIN}` }
    const pause = await askDoor(`${url}/connectors/a/pause`, { method: 'PUT', ...asEve })
    assert.equal(pause.status, 202, `${url} lets eve do what she may`)
    const remove = await askDoor(`${url}/connectors/a`, { method: 'DELETE', ...asEve })
    assert.equal(remove.status, 403, `${url} keeps eve from what she may not`)
    const forged = await askDoor(`${url}/connectors/a`, {
      ...{ method: 'DELETE', ...asEve, as: undefined as never },
      headers: { 'x-leat-worker-pass': forgedPass(url) },
    })
    assert.equal(forged.status, 401, 'a pass that no worker has signed is none')
  }
})

function forgedPass(url: string): string {
  const said = ['Internal:connect', '127.0.0.1', 'DELETE', '/connectors/a', Date.now(), url]
  return `${Buffer.from(JSON.stringify(said)).toString('base64url')}.AAAA`
}

test('the commands log in at the doors by the file of --command-config', async (t) => {
  const folder = temporaryFolder(t)
  const { door, asAdmin } = await closed(await Authority.open(t))
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { bind: 127.0.0.1:0, ${door} }
connect: { bind: 127.0.0.1:0, ${door} }
access:
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" } }
`,
    { environment },
  )
  const config = join(folder, 'client.properties')
  const tls = [
    `ssl.ca.location=${asAdmin.ca}`,
    `ssl.certificate.location=${asAdmin.cert}`,
    `ssl.key.location=${asAdmin.key}`,
  ]
  writeFileSync(config, [...tls, `basic.auth.user.info=${asAdmin.as}`].join('\n'))
  const registry = `https://127.0.0.1:${running.registry[0]?.port}`
  const connect = `https://127.0.0.1:${running.connect[0]?.port}`
  const file = join(folder, 'reading.avsc')
  writeFileSync(file, reading)
  const way = { environment: { LEAT_REGISTRY: registry, LEAT_CONNECT: connect } }
  const options = ['--command-config', config]
  const done = await runCli(['schemas', 'register', 'readings-value', file, ...options], way)
  assert.deepEqual([done.code, done.stderr], [0, ''])
  const listed = await runCli(['schemas', 'list', '-o', 'json', ...options], way)
  assert.match(listed.stdout, /readings-value/)
  await eventually('connectors are listed', async () => {
    const { code } = await runCli(['connectors', 'list', ...options], way)
    return code === 0
  })
  const well = await runCli(['doctor', registry, ...options], way)
  assert.deepEqual([well.code, /TLS +ok/.test(well.stdout)], [0, true], well.stdout + well.stderr)
  writeFileSync(config, tls.join('\n'))
  const ill = await runCli(['doctor', registry, ...options], way)
  assert.match(ill.stdout, /login +FAILS +it does not let us in, and takes Basic/)
  const refused = await runCli(['schemas', 'list', ...options], way)
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /does not let us in \(HTTP 401\)/)
  const turned = await runCli(['connectors', 'list', ...options], way)
  assert.match(turned.stderr, /User cannot access the resource\. Say who you are/)
})
