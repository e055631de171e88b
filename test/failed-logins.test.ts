/** Guesses at the doors of a whole leat: what each protocol answers, and that all doors count together. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Logger } from '../src/base/logger.ts'
import { logIn as logInAtKafka } from '../src/broker/sasl/testing/log-in.ts'
import { Peer } from '../src/broker/testing/peer.ts'
import { RawClient } from '../src/mqtt/testing/doors.ts'
import { logIn as logInByAuth } from '../src/mqtt/testing/extended-log-in.ts'
import type { Running } from '../src/platform/start.ts'
import { errorCode } from '../src/protocols/kafka/error-codes.ts'
import { reasonCode } from '../src/protocols/mqtt/index.ts'
import { askDoor, startInside } from './helpers/doors.ts'

const environment = { ALICE: 'al1ce-secret', BOB: 'b0b-secret' }

const file = (limits: string) => `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN, SCRAM-SHA-256 ] } ] }
mqtt: { listeners: [ { bind: 127.0.0.1:0, auth: [ password ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
console: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
  superUsers: [ alice, bob ]
  users: { alice: { password: "\${env:ALICE}" }, bob: { password: "\${env:BOB}" } }
  failedLogins: ${limits}
`

/** The tests come from this machine, where usually nothing is refused. */
const strict = '{ ofUserAtAddress: 5, refusedMs: 600000, longestRefusedMs: 600000, exempt: [] }'

test('guesses at all doors count together; then no door looks at the right password, and each says so in its words', async (t) => {
  const { doors, lines } = await openDoors(t, strict)
  assert.equal((await doors.kafka('PLAIN', 'alice', 'guess-1')).errorCode, failed)
  assert.equal((await doors.kafka('SCRAM-SHA-256', 'alice', 'guess-2')).errorCode, failed)
  assert.equal(await doors.mqtt(4, 'alice', 'guess-3'), 4)
  assert.equal(await doors.scramOverMqtt('alice', 'guess-4'), reasonCode.notAuthorized)
  assert.equal((await doors.http('alice', 'guess-5')).status, 401)

  const failures = () => lines.filter((line) => line.includes('A login failed')).length
  const failuresBefore = failures()
  for (const mechanism of ['PLAIN', 'SCRAM-SHA-256'] as const) {
    const answer = await doors.kafka(mechanism, 'alice', environment.ALICE)
    assert.equal(answer.errorCode, failed)
    assert.match(`${answer.errorMessage}`, /too many logins have failed; try again in \d{3} s/)
  }
  assert.equal(await doors.mqtt(4, 'alice', environment.ALICE), 5)
  assert.equal(await doors.mqtt(5, 'alice', environment.ALICE), reasonCode.connectionRateExceeded)
  const scram = await doors.scramOverMqtt('alice', environment.ALICE)
  assert.equal(scram, reasonCode.connectionRateExceeded)
  const answer = await doors.http('alice', environment.ALICE)
  assert.deepEqual([answer.status, answer.body.error_code], [429, 429])
  assert.ok(Number(answer.headers['retry-after']) > 500)
  assert.equal(answer.headers['www-authenticate'], undefined)

  assert.equal((await doors.kafka('PLAIN', 'bob', environment.BOB)).errorCode, errorCode.NONE)
  assert.equal(await doors.mqtt(5, 'bob', environment.BOB), 0)
  assert.equal((await doors.http('bob', environment.BOB)).status, 200)
  const said = lines.filter((line) => line.includes('Logins are refused for a while'))
  assert.equal(said.length, 1, lines.join('\n'))
  assert.equal(failures(), failuresBefore, 'what is refused is no failure')
  const metrics = await doors.metrics('bob', environment.BOB)
  assert.match(metrics, /^leat_logins_failed_total 5$/m)
  assert.match(metrics, /^leat_logins_refused_total 6$/m)
  assert.doesNotMatch(lines.join(), /guess-|secret/)
})

test('a program on this machine that guesses for ever refuses nobody there', async (t) => {
  const { doors } = await openDoors(t, '{ ofUserAtAddress: 2 }')
  for (let guess = 0; guess < 6; guess++) {
    assert.equal((await doors.http('alice', `guess-${guess}`)).status, 401)
  }
  assert.equal((await doors.http('alice', environment.ALICE)).status, 200)
  assert.equal((await doors.kafka('PLAIN', 'alice', environment.ALICE)).errorCode, errorCode.NONE)
})

const failed = errorCode.SASL_AUTHENTICATION_FAILED

async function openDoors(t: TestContext, limits: string) {
  const lines: string[] = []
  const say = (message: string, facts = {}) => void lines.push(message + JSON.stringify(facts))
  const logger: Logger = { debug() {}, info: say, warn: say, error: say, with: () => logger }
  const running = await startInside(t, file(limits), { environment, logger })
  const portOf = (door: keyof Pick<Running, 'kafka' | 'mqtt' | 'registry' | 'console'>) =>
    running[door][0]?.port ?? 0
  const urlOf = (door: 'registry' | 'console') => `http://127.0.0.1:${portOf(door)}`
  const doors = {
    async kafka(mechanism: 'PLAIN' | 'SCRAM-SHA-256', user: string, password: string) {
      const peer = await Peer.connect(t, portOf('kafka'))
      return await logInAtKafka(peer, { mechanism, user, password })
    },
    async mqtt(version: 4 | 5, userName: string, password: string): Promise<number> {
      const client = await RawClient.open(t, portOf('mqtt'), version)
      return (await client.connect({ userName, password: Buffer.from(password) })).code
    },
    async scramOverMqtt(user: string, password: string): Promise<number> {
      const client = await RawClient.open(t, portOf('mqtt'))
      const answer = await logInByAuth(client, 'SCRAM-SHA-256', { user, password })
      return answer.type === 'connack' ? answer.code : -1
    },
    http: (user: string, password: string) =>
      askDoor(`${urlOf('registry')}/subjects`, { as: `${user}:${password}` }),
    metrics: async (user: string, password: string) =>
      (await askDoor(`${urlOf('console')}/metrics`, { as: `${user}:${password}` })).text,
  }
  return { doors, lines }
}
