// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** HTTP doors before an Apache Kafka: its users, its tokens of rights, no others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { askDoor, startInside } from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { startSecureKafka, users } from '../helpers/secure-kafka.ts'

test('before an Apache Kafka its users come in by their passwords, with the rights of its ACLs', {
  skip: withoutPeer(...apacheKafkaPeers),
}, async (t) => {
  const { brokers } = await startSecureKafka(t, {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:alice;User:ANONYMOUS',
  })
  const acl = (...rule: string[]) => runCli(['acls', 'add', '-b', brokers.PLAINTEXT, ...rule])
  const toBob = ['--principal', 'bob', '--operation']
  assert.equal((await acl(...toBob, 'Write', '-t', 'readings')).code, 0)
  assert.equal((await acl(...toBob, 'Describe', '-g', 'connect-to-file')).code, 0)
  const running = await startInside(
    t,
    `
kafka:
  brokers: [ ${brokers.SASL_PLAINTEXT} ]
  sasl: { mechanism: SCRAM-SHA-512, username: alice, password: "\${env:ALICE}" }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
connect: { bind: 127.0.0.1:0, auth: [ basic ] }
console: { bind: 127.0.0.1:0, auth: [ basic ] }
`,
    { environment: { ALICE: users.alice } },
  )
  const url = (door: 'registry' | 'connect' | 'console') =>
    `http://127.0.0.1:${running[door][0]?.port}`
  const bob = { as: `bob:${users.bob}` }
  const register = (subject: string, as: string) =>
    askDoor(`${url('registry')}/subjects/${subject}/versions`, {
      ...{ method: 'POST', body: { schema: '"long"' }, as },
    })
  assert.equal((await register('readings-value', `bob:${users.alice}`)).status, 401)
  await eventually('bob has his rights', async () => {
    return (await register('readings-value', bob.as)).status === 200
  })
  assert.equal((await register('meters-value', bob.as)).status, 403)
  await eventually('Connect is ready', async () => {
    return (await askDoor(`${url('connect')}/connectors`, bob)).status === 200
  })
  assert.equal((await askDoor(`${url('connect')}/connectors/other/status`, bob)).status, 403)
  assert.equal((await askDoor(`${url('connect')}/connectors/to-file/status`, bob)).status, 404)
  assert.equal((await askDoor(`${url('console')}/metrics`, bob)).status, 403)
  assert.equal((await askDoor(`${url('console')}/readyz`)).status, 200)
  assert.equal((await acl(...toBob, 'Describe', '--cluster')).code, 0)
  await eventually('a rule of the cluster counts here, too', async () => {
    return (await askDoor(`${url('console')}/metrics`, bob)).status === 200
  })
})
