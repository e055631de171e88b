// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** Who may do little elsewhere may do no more at the console. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient } from '../src/client/index.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import { consoleApi } from './helpers/console.ts'
import { expectOnlyHers, fill, rulesOfAlice } from './helpers/console-rights.ts'
import { startInside } from './helpers/doors.ts'
import { eventually } from './helpers/eventually.ts'

const environment = { ADMIN: 'admin-secret', ALICE: 'alice-secret' }
const admin = { as: 'admin:admin-secret' }

test('whoever has rights on some names alone sees and changes nothing else, by any route', async (t) => {
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
connect: { bind: 127.0.0.1:0, auth: [ basic ] }
console: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" }, alice: { password: "\${env:ALICE}" } }
  acls:${rulesOfAlice}
`,
    { environment },
  )
  const [{ host, port } = { host: '', port: 0 }] = running.kafka
  const security = { sasl: passwordLogin('PLAIN', 'admin', environment.ADMIN) }
  await using client = new KafkaClient({ brokers: [`${host}:${port}`], clientId: 'test', security })
  const { ask } = consoleApi(running)
  await eventually('Connect is ready', async () => {
    return (await ask('/api/connect/connectors', admin)).status === 200
  })
  await fill(running, client, admin)
  await expectOnlyHers(t, running, client, `alice:${environment.ALICE}`)
})

test('where there are rules and nobody logs in, the console shows what everybody may see', async (t) => {
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ], topics: { open: {}, closed: {} } }
console: { bind: 127.0.0.1:0 }
access:
  acls:
    - { principal: "User:*", topic: open, operations: [ Read ] }
`,
  )
  const { ask } = consoleApi(running)
  const { body } = await ask('/api/topics')
  assert.deepEqual(
    body.map(({ name }: { name: string }) => name),
    ['open'],
  )
  assert.equal((await ask('/api/topics/open/records')).status, 200)
  assert.equal((await ask('/api/topics/closed/records')).status, 403)
  const made = { method: 'POST', body: { name: 'mine' } }
  assert.equal((await ask('/api/topics', made)).status, 403)
  assert.equal((await ask('/api/topics/open', { method: 'DELETE' })).status, 403)
})

test('what somebody changes at the console the audit log hears as their change, and nothing of what is only looked at', async (t) => {
  const running = await startInside(
    t,
    `
audit: { topic: audit-trail }
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN ] } ] }
console: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
  superUsers: [ admin ]
  users: { admin: { password: "\${env:ADMIN}" }, alice: { password: "\${env:ALICE}" } }
`,
    { environment },
  )
  const { ask, records } = consoleApi(running)
  const post = async (path: string, body: object, more: object = {}) =>
    (await ask(path, { ...admin, method: 'POST', body, ...more })).status
  assert.equal(await post('/api/topics', { name: 'made', partitions: 1 }), 201)
  assert.equal(await post('/api/topics/made/records', { value: 'a secret' }), 201)
  assert.equal(await post('/api/groups/none/offsets', { topic: 'made', to: 'end' }), 404)
  const trial = { topic: 'made', to: 'end', dryRun: true }
  assert.equal(await post('/api/groups/none/offsets', trial), 404)
  const alice = { as: `alice:${environment.ALICE}` }
  assert.equal(await post('/api/topics/made/records', { value: 'x' }, alice), 403)
  assert.equal((await ask('/api/topics/made', { ...admin, method: 'DELETE' })).status, 204)

  const filter = 'value.type == "leat.change" && value.source == "/leat/http"'
  const told = async () => {
    const { records: found } = await records('audit-trail', { filter }, admin.as)
    return found.map(({ value }) => JSON.parse(value.value))
  }
  await eventually('all of it is told', async () => (await told()).length >= 5)
  const events = await told()
  assert.deepEqual(
    events.map(({ data }) => `${data.principal} ${data.request} ${data.outcome}`),
    [
      'User:admin POST /api/topics success',
      'User:admin POST /api/topics/made/records success',
      'User:admin POST /api/groups/none/offsets failure',
      'User:alice POST /api/topics/made/records failure',
      'User:admin DELETE /api/topics/made success',
    ],
  )
  const details = events.map(({ data }) => data.details)
  assert.deepEqual(details.slice(0, 2), [
    { partitions: 1, configs: {} },
    { partition: 0, offset: '0' },
  ])
  assert.ok(events.every(({ subject }) => ['Topic:made', 'Group:none'].includes(subject)))
  assert.doesNotMatch(JSON.stringify(events), /secret/)
})
