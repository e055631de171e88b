/** HTTP doors before an Apache Kafka: its users, its tokens of rights, no others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { Browser } from '../helpers/browser.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { askDoor } from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { startRuledKafka } from '../helpers/ruled-kafka.ts'
import { users } from '../helpers/secure-kafka.ts'

test('before an Apache Kafka its users come in by their passwords, with the rights of its ACLs', {
  skip: withoutPeer(...apacheKafkaPeers),
}, async (t) => {
  const { brokers, allow, startLeat } = await startRuledKafka(t)
  await allow('bob', 'Write', '-t', 'readings')
  await allow('bob', 'Describe', '-g', 'connect-to-file')
  const running = await startLeat(`
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
connect: { bind: 127.0.0.1:0, auth: [ basic ] }
console: { bind: 127.0.0.1:0, auth: [ login, basic ], roles: { operator: [ alice ], viewer: [ "*" ] } }
`)
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
  await eventually('bob may look at what is not there', async () => {
    return (await askDoor(`${url('connect')}/connectors/to-file/status`, bob)).status === 404
  })
  const browser = new Browser(url('console'))
  const logIn = (password: string) =>
    browser.ask('/api/session', { method: 'POST', body: { user: 'bob', password } })
  assert.equal((await logIn(users.alice)).status, 401)
  assert.equal((await logIn(users.bob)).status, 204)
  assert.equal((await browser.ask('/api/session')).body.role, 'viewer')
  assert.deepEqual((await browser.ask('/api/registry/subjects')).body, ['readings-value'])
  const topics = await runCli(['topics', 'create', 'readings', 'meters', '-b', brokers.PLAINTEXT])
  assert.equal(topics.code, 0)
  const names = async () => (await browser.ask('/api/topics')).body.map(nameOf)
  await eventually('bob sees the topic that he may', async () => (await names()).length > 0)
  assert.deepEqual(await names(), ['readings'])
  assert.equal((await askDoor(`${url('console')}/metrics`, bob)).status, 403)
  assert.equal((await askDoor(`${url('console')}/readyz`)).status, 200)
  await allow('bob', 'Describe', '--cluster')
  await eventually('a rule of the cluster counts here, too', async () => {
    return (await askDoor(`${url('console')}/metrics`, bob)).status === 200
  })
})

function nameOf({ name }: { readonly name: string }): string {
  return name
}
