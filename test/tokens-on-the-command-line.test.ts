/** `leat tokens` against a broker in this process. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { logIn } from '../src/broker/sasl/testing/log-in.ts'
import { openBroker, Peer } from '../src/broker/testing/peer.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { temporaryFolder } from './helpers/folders.ts'

test('a token that alice makes logs others in as her, until she expires it', async (t) => {
  const { tokens, mayLogIn } = await openTokens(t)
  const created = await tokens('alice', ['create', '--renewer', 'bob', '-o', 'json'])
  const [{ id, hmac, owner }] = JSON.parse(created.stdout)
  assert.equal(owner, 'User:alice')
  assert.ok(await mayLogIn(id, hmac))
  const listed = await tokens('bob', ['list'])
  assert.match(listed.stdout, new RegExp(`${id} +User:alice +User:bob `))
  assert.ok(!listed.stdout.includes(hmac))
  const renewed = await tokens('bob', ['renew', id, '--period-ms', '60000', '-o', 'json'])
  const [{ expires }] = JSON.parse(renewed.stdout)
  assert.ok(Date.parse(expires) <= Date.now() + 60_000, expires)
  assert.equal((await tokens('alice', ['expire', id])).code, 0)
  assert.ok(!(await mayLogIn(id, hmac)))
  const again = await tokens('alice', ['expire', id])
  assert.equal(again.code, 1)
  assert.match(again.stderr, new RegExp(`You can see no token '${id}'`))
})

test('who logs in by a token is told why they make none', async (t) => {
  const { tokens } = await openTokens(t)
  const [{ id, hmac }] = JSON.parse((await tokens('alice', ['create', '-o', 'json'])).stdout)
  const byToken = await tokens(`${id}" tokenauth="true`, ['create'], hmac)
  assert.equal(byToken.code, 1)
  assert.match(byToken.stderr, /not allowed on .* delegation token authenticated channels/)
  assert.ok(!byToken.stderr.includes(hmac))
})

async function openTokens(t: TestContext) {
  const { port } = await openBroker(t, {
    listeners: [{ host: '127.0.0.1', port: 0, auth: ['SCRAM-SHA-256'] }],
    logins: { users: { alice: 'secret', bob: 'secret' } },
    config: {
      'delegation.token.secret.key': 'a key',
      'connection.failed.authentication.delay.ms': '0',
    },
  })
  const file = join(temporaryFolder(t), 'client.properties')
  const environment = { LEAT_BROKERS: `127.0.0.1:${port}`, LEAT_COMMAND_CONFIG: file }
  return {
    async tokens(who: string, args: readonly string[], password = 'secret') {
      const module = 'org.apache.kafka.common.security.scram.ScramLoginModule'
      writeFileSync(
        file,
        `security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-256
sasl.jaas.config=${module} required username="${who}" password="${password}";
`,
      )
      return await runCli(['tokens', ...args], { environment })
    },
    async mayLogIn(id: string, hmac: string) {
      const peer = await Peer.connect(t, port)
      const extensions = { tokenauth: 'true' }
      const login = { mechanism: 'SCRAM-SHA-256', user: id, password: hmac, extensions } as const
      return (await logIn(peer, login)).errorCode === 0
    },
  }
}
