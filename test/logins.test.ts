/** Logins in a whole leat: users of leat.yml and their rights, beside parts that go on working. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '../src/base/logger.ts'
import { logIn } from '../src/broker/sasl/testing/log-in.ts'
import { Peer } from '../src/broker/testing/peer.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { Metadata } from '../src/protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../src/protocols/kafka/error-codes.ts'
import { temporaryFolder } from './helpers/folders.ts'

const environment = { ALICE_PASSWORD: 'a-secret', BOB_PASSWORD: 'b-secret' }
const door = `
kafka:
  listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-256, PLAIN ] } ]
  topics: { readings: {}, secret: {} }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
  users:
    alice: { password: "\${env:ALICE_PASSWORD}" }
    bob: { password: "\${env:BOB_PASSWORD}" }
`
const ruled = `${door}
  superUsers: [ alice ]
  acls: [ { principal: bob, operations: [ Read ], topic: readings } ]
`
const free = `${door}
  authorizer: none
`

for (const [title, file, topicsOfBob] of [
  ['with rules, each sees what those allow', ruled, ['readings']],
  ['without rules, each sees everything', free, ['_schemas', 'readings', 'secret']],
] as const) {
  test(`users of leat.yml log in, and ${title}`, async (t) => {
    await using leat = await startLeat(file)
    assert.equal(await register(leat.running.registry[0]?.port), 200, 'the registry has its topic')
    const port = leat.running.kafka[0]?.port ?? 0
    const bob = await loggedIn(t, port, 'bob', environment.BOB_PASSWORD)
    assert.deepEqual(await topicsOf(bob), topicsOfBob)
    const alice = await loggedIn(t, port, 'alice', environment.ALICE_PASSWORD)
    assert.deepEqual(await topicsOf(alice), ['_schemas', 'readings', 'secret'])
  })
}

async function startLeat(file: string) {
  const stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const config = await parseConfig(file, join(folder, 'leat.yml'), environment)
  const running = stack.use(await start(config, silentLogger))
  return { running, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const asAlice = `Basic ${Buffer.from(`alice:${environment.ALICE_PASSWORD}`).toString('base64')}`

async function register(port: number | undefined): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/subjects/readings-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: asAlice },
    body: JSON.stringify({ schema: '"long"' }),
  })
  await response.text()
  return response.status
}

async function loggedIn(t: TestContext, port: number, user: string, password: string) {
  const peer = await Peer.connect(t, port)
  const answer = await logIn(peer, { mechanism: 'SCRAM-SHA-256', user, password })
  assert.equal(answer.errorCode, errorCode.NONE)
  return peer
}

/** Those that it sees, but for the groups' own. */
async function topicsOf(peer: Peer): Promise<string[]> {
  const { topics } = await peer.request(Metadata, 12, { topics: null })
  return topics.flatMap(({ name }) => (name === null || name.startsWith('__') ? [] : [name])).sort()
}
