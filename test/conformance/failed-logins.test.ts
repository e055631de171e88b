/** Other people's clients whose user has been guessed at from their address: what they show to a person. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { askDoor, askersOf, startInside } from '../helpers/doors.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { runProgram } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const environment = { ALICE: 'al1ce-secret', BOB: 'b0b-secret' }
const secrets = { alice: environment.ALICE, bob: environment.BOB }
const users = ['alice', 'bob'] as const
type User = (typeof users)[number]

/** Alice is refused for ten minutes; bob comes from the same address. */
const leat = shared(async (owner) => {
  const running = await startInside(
    owner,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN, SCRAM-SHA-512 ] } ] }
mqtt: { listeners: [ { bind: 127.0.0.1:0, auth: [ password ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
  superUsers: [ alice, bob ]
  users: { alice: { password: "\${env:ALICE}" }, bob: { password: "\${env:BOB}" } }
  failedLogins: { ofUserAtAddress: 3, refusedMs: 600000, exempt: [] }
`,
    { environment },
  )
  const registry = `http://127.0.0.1:${askersOf(running).portOf('registry')}`
  for (const guess of ['guess-1', 'guess-2', 'guess-3']) {
    assert.equal((await askDoor(`${registry}/subjects`, { as: `alice:${guess}` })).status, 401)
  }
  return { registry, kafka: running.kafka[0]?.port ?? 0, mqtt: running.mqtt[0]?.port ?? 0 }
})

for (const mechanism of ['PLAIN', 'SCRAM-SHA-512'] as const) {
  test(`kcat says why its login by ${mechanism} is refused`, {
    skip: withoutPeer('kcat'),
  }, async () => {
    const { kafka } = await leat()
    // Who is refused is told so at once, and waits to the end of the time.
    const list = (user: User, seconds: number) =>
      runProgram([
        ...['kcat', '-b', `127.0.0.1:${kafka}`, '-L', '-m', `${seconds}`],
        ...['-X', 'security.protocol=SASL_PLAINTEXT', '-X', `sasl.mechanisms=${mechanism}`],
        ...['-X', `sasl.username=${user}`, '-X', `sasl.password=${secrets[user]}`],
      ])
    const refused = await list('alice', 10)
    assert.notEqual(refused.exitCode, 0)
    assert.match(refused.stderr, /too many logins have failed; try again in \d{3} s/)
    assert.equal((await list('bob', 50)).exitCode, 0)
  })
}

test("Kafka's own tools say why their login is refused", {
  skip: withoutPeer('java', 'kafka-tools-4.3.1'),
  timeout: 300_000,
}, async (t) => {
  const { kafka } = await leat()
  const folder = temporaryFolder(t)
  const list = (user: User) => {
    const file = join(folder, `${user}.properties`)
    const module = 'org.apache.kafka.common.security.plain.PlainLoginModule'
    writeFileSync(
      file,
      `security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=${module} required username="${user}" password="${secrets[user]}";
`,
    )
    const at = ['--bootstrap-server', `127.0.0.1:${kafka}`, '--command-config', file]
    return runProgram(kafkaTool('4.3.1', 'TopicCommand', ...at, '--list'), { deadlineMs: 120_000 })
  }
  const refused = await list('alice')
  assert.notEqual(refused.exitCode, 0)
  assert.match(
    refused.stdout + refused.stderr,
    /Authentication failed: too many logins have failed; try again in \d{3} s/,
  )
  assert.equal((await list('bob')).exitCode, 0)
})

for (const [version, sentence] of [
  ['311', /not authorised/i],
  ['5', /rate exceeded/i],
] as const) {
  test(`mosquitto_pub of MQTT ${version} says why it is refused`, {
    skip: withoutPeer('mosquitto'),
  }, async () => {
    const { mqtt } = await leat()
    const publish = (user: User) =>
      runProgram([
        ...['mosquitto_pub', '-h', '127.0.0.1', '-p', `${mqtt}`, '-V', version, '-q', '1'],
        ...['-i', user, '-u', user, '-P', secrets[user], '-t', 'plant/1', '-m', '46.7'],
      ])
    const refused = await publish('alice')
    assert.notEqual(refused.exitCode, 0)
    assert.match(refused.stderr + refused.stdout, sentence)
    assert.equal((await publish('bob')).exitCode, 0)
  })
}

test('curl is told when to come again', { skip: withoutPeer('curl') }, async () => {
  const { registry } = await leat()
  const ask = (user: User) =>
    runProgram(['curl', '-s', '-i', '-u', `${user}:${secrets[user]}`, `${registry}/subjects`])
  const refused = await ask('alice')
  assert.match(refused.stdout, /^HTTP\/1\.1 429 Too Many Requests\r\n/)
  assert.match(refused.stdout, /\r\nretry-after: \d{3}\r\n/i)
  assert.match(refused.stdout, /"message":"Too many logins have failed; try again in \d{3} s\."/)
  assert.match((await ask('bob')).stdout, /^HTTP\/1\.1 200 /)
})
