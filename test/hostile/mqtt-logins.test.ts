/** Who has neither password nor token may say at MQTT's door what they want: nobody gets in, nothing fills up. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Logger } from '../../src/base/logger.ts'
import { pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { RawClient } from '../../src/mqtt/testing/doors.ts'
import { connectPacket, logIn } from '../../src/mqtt/testing/extended-log-in.ts'
import { parseConfig } from '../../src/platform/config-file.ts'
import { start } from '../../src/platform/start.ts'
import { encodePacket, reasonCode } from '../../src/protocols/mqtt/index.ts'
import { clientExchange } from '../../src/protocols/sasl/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { heapBytes, mostGrowthBytes, mutate, noisy, write } from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const tries = points('FUZZ_LOGINS', { few: 1500, all: 10_000 })
/** More than may be under way at the broker. */
const halfLogins = 1200
const connectMs = 3000
const alice = { user: 'alice', password: 'al1ce-secret' }

test(`${tries} mutated logins let nobody in and disturb no neighbour (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  await using victim = await openVictim()
  await comesIn(await RawClient.open(t, victim.port))
  const before = heapBytes()
  const welcomed: Buffer[] = []
  const open = async () => {
    const socket = await noisy(victim.port)
    socket.on('data', (piece: Buffer) => {
      // A CONNACK without a refusal.
      if (piece[0] === 0x20 && piece[3] === 0) welcomed.push(piece)
    })
    return socket
  }
  const sockets = await Promise.all(Array.from({ length: 20 }, open))
  for (let done = 0; done < tries; done++) {
    const at = done % sockets.length
    if (sockets[at]?.destroyed || sockets[at]?.closed) sockets[at] = await open()
    for (const packet of guess(random)) {
      await write(sockets[at] as Socket, random.next() < 0.5 ? packet : mutate(packet, random))
    }
  }
  for (const socket of sockets) socket.destroy()
  await comesIn(await RawClient.open(t, victim.port))
  assert.deepEqual([welcomed, victim.bugs], [[], []])
  assert.ok(heapBytes() - before < mostGrowthBytes)
})

test(`${halfLogins} logins that are never finished fill nothing, are ended in time, and then there is room`, async (t) => {
  await using victim = await openVictim()
  const before = heapBytes()
  const sockets = await Promise.all(Array.from({ length: halfLogins }, () => noisy(victim.port)))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  for (const [index, socket] of sockets.entries()) {
    const { first } = opening('SCRAM-SHA-256', seededRandom(index))
    socket.write(first)
  }
  await eventually('all are ended', () => sockets.every(({ closed }) => closed), 60_000)
  const growth = heapBytes() - before
  assert.ok(growth < mostGrowthBytes, `the heap grew by ${growth} bytes`)
  await comesIn(await RawClient.open(t, victim.port))
  assert.deepEqual(victim.bugs, [])
})

async function comesIn(client: RawClient): Promise<void> {
  const answer = await logIn(client, 'SCRAM-SHA-256', alice)
  assert.equal(answer.type === 'connack' && answer.code, reasonCode.success)
}

/** The packets of a login by somebody who has no password. */
function guess(random: Random): Buffer[] {
  const mechanism = pick(random, ['SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const)
  const { first } = opening(mechanism, random)
  const final = Buffer.from(`c=biws,r=${random.bytes(9).toString('base64')},p=AAAA`)
  const properties = { authenticationMethod: mechanism, authenticationData: final }
  const reason = pick(random, [reasonCode.continueAuthentication, reasonCode.reAuthenticate])
  return [first, encodePacket({ type: 'auth', reason, properties }, 5)]
}

function opening(
  mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER',
  random: Random,
): { first: Buffer } {
  const credentials =
    mechanism === 'OAUTHBEARER'
      ? { mechanism, token: `e30.${random.bytes(30).toString('base64url')}.c2ln` }
      : { mechanism, user: 'alice', password: 'guess' }
  const data = clientExchange(credentials, random).first()
  const properties = { authenticationMethod: mechanism, authenticationData: data }
  return { first: encodePacket({ ...connectPacket, properties }, 5) }
}

async function openVictim() {
  const bugs: string[] = []
  const logger: Logger = {
    ...{ debug() {}, info() {}, warn() {}, with: () => logger },
    error: (message, facts) => void bugs.push(`${message} ${JSON.stringify(facts)}`),
  }
  const stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const config = await parseConfig(file, join(folder, 'leat.yml'), { PASSWORD: alice.password })
  const running = stack.use(await start(config, logger))
  return {
    bugs,
    port: running.mqtt[0]?.port ?? 0,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const file = `
mqtt:
  listeners: [ { bind: 127.0.0.1:0, auth: [ password, token ] } ]
  limits: { connectMs: ${connectMs} }
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-256 ] } ] }
access:
  users: { alice: { password: "\${env:PASSWORD}" } }
  tokens: { jwks: /nowhere }
`
