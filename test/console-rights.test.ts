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
