/** Who has no password may try what they want: nobody gets in, nothing breaks, nothing fills up. */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ByteWriter } from '../../src/base/bytes.ts'
import type { Logger } from '../../src/base/logger.ts'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { handlers } from '../../src/broker/handlers/index.ts'
import { logIn } from '../../src/broker/sasl/testing/log-in.ts'
import { openBroker, Peer } from '../../src/broker/testing/peer.ts'
import { SaslHandshake } from '../../src/protocols/kafka/apis/17-sasl-handshake.ts'
import { SaslAuthenticate } from '../../src/protocols/kafka/apis/36-sasl-authenticate.ts'
import { codecOf } from '../../src/protocols/kafka/codec.ts'
import { writeRequestHeader } from '../../src/protocols/kafka/frame.ts'
import { type Api, blank, type Draft, type Schema } from '../../src/protocols/kafka/schema.ts'
import { clientExchange, saslMechanisms } from '../../src/protocols/sasl/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { bystander, heapBytes, mostGrowthBytes, mutate, noisy, write } from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const tries = Number(process.env.FUZZ_LOGINS ?? 5000)
const halfLogins = 3000
const open = { host: '127.0.0.1', port: 0 }

async function openVictim(t: TestContext, config: Record<string, string> = {}) {
  const loggedIn: string[] = []
  const bugs: string[] = []
  const logger: Logger = {
    ...{ info() {}, warn() {}, with: () => logger },
    debug: (message, facts) => {
      if (message === 'A client has logged in') loggedIn.push(String(facts?.user))
    },
    error: (message, facts) => void bugs.push(`${message} ${JSON.stringify(facts)}`),
  }
  const { broker } = await openBroker(t, {
    durability: 'os',
    listeners: [open, { ...open, auth: saslMechanisms }],
    logins: { users: passwords, tokens: { jwks: '/nowhere' } },
    config: { 'connection.failed.authentication.delay.ms': '0', ...config },
    topics: { bystander: {} },
    logger,
  })
  const [free = 0, port = 0] = broker.addresses.map((address) => address.port)
  return { port, loggedIn, bugs, neighbour: await bystander(free, t) }
}

/** Names that a careless reader of messages would take for each other. */
const passwords = {
  alice: 'a-1',
  Alice: 'a-2',
  'alice ': 'a-3',
  ' alice': 'a-4',
  'al,ice': 'b-1',
  'al=2Cice': 'b-2',
  'al=ice': 'b-3',
  'al=3Dice': 'b-4',
  'alice,r=x': 'b-5',
  'n=alice': 'b-6',
  'User:alice': 'b-7',
  '\u00c5sa': 'c-1',
  'A\u030asa': 'c-2',
  '\u212bsa': 'c-3',
  '\ufb01n': 'd-1',
  fin: 'd-2',
  '\u200dalice': 'd-3',
  ['__proto__']: 'e-1',
  constructor: 'e-2',
  '*': 'e-3',
}

test('names that look alike are different users, each with a password of its own', async (t) => {
  const { port, loggedIn, bugs } = await openVictim(t)
  for (const mechanism of ['PLAIN', 'SCRAM-SHA-256'] as const) {
    for (const [user, password] of Object.entries(passwords)) {
      const own = await logIn(await Peer.connect(t, port), { mechanism, user, password })
      assert.equal(own.errorCode, 0, user)
      assert.equal(loggedIn.pop(), user)
      const others = Object.values(passwords).filter((other) => other !== password)
      const other = pick(seededRandom(seed), others)
      const wrong = { mechanism, user, password: other }
      assert.notEqual((await logIn(await Peer.connect(t, port), wrong)).errorCode, 0, user)
    }
  }
  assert.deepEqual(loggedIn, [])
  assert.deepEqual(bugs, [])
})

test(`${tries} mutated logins let nobody in and disturb no neighbour (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { port, loggedIn, bugs, neighbour } = await openVictim(t)
  await neighbour.work()
  const before = heapBytes()
  const sockets = await Promise.all(Array.from({ length: 20 }, () => noisy(port)))
  for (let done = 0; done < tries; done++) {
    const at = done % sockets.length
    if (sockets[at]?.destroyed || sockets[at]?.closed) sockets[at] = await noisy(port)
    for (const frame of guess(random)) {
      await write(sockets[at] as Socket, random.next() < 0.5 ? frame : mutate(frame, random))
    }
    if (done % 1000 === 0) await neighbour.work()
  }
  for (const socket of sockets) socket.destroy()
  await neighbour.work()
  assert.deepEqual([loggedIn, bugs], [[], []])
  assert.ok(heapBytes() - before < mostGrowthBytes)
})

test('every request, in every version, ends a connection on which nobody has logged in', async (t) => {
  const { port, loggedIn, bugs } = await openVictim(t)
  const isLogin = (api: Api<Schema, Schema>) => [17, 18, 36].includes(api.key)
  for (const { api } of handlers.filter((handler) => !isLogin(handler.api))) {
    for (let version = api.versions.from; version <= api.versions.to; version++) {
      for (const begun of [false, true]) {
        const peer = await Peer.connect(t, port)
        if (begun) await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
        peer.write(frameOf(api, version, blank(api.request) as never))
        await peer.untilClosed()
      }
    }
  }
  assert.deepEqual([loggedIn, bugs], [[], []])
})

test(`${halfLogins} logins that are never finished fill nothing, and are ended in time`, async (t) => {
  const { port, neighbour, bugs } = await openVictim(t, { 'leat.login.timeout.ms': '5000' })
  const before = heapBytes()
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  for (let count = 0; count < halfLogins; count++) {
    const socket = await noisy(port)
    sockets.push(socket)
    const client = clientExchange(
      { mechanism: 'SCRAM-SHA-512', user: 'alice', password: 'guess' },
      seededRandom(count),
    )
    socket.write(frameOf(SaslHandshake, 1, { mechanism: 'SCRAM-SHA-512' }))
    socket.write(frameOf(SaslAuthenticate, 2, { authBytes: client.first() }))
    // The beginning of a frame that never comes.
    socket.write(Buffer.from('0000ffff', 'hex'))
  }
  await neighbour.work()
  const growth = heapBytes() - before
  assert.ok(growth < mostGrowthBytes, `the heap grew by ${growth} bytes`)
  await eventually('all are ended', () => sockets.every(({ closed }) => closed))
  await neighbour.work()
  assert.deepEqual(bugs, [])
})

/** The frames of a login by somebody who knows no password. */
function guess(random: Random): Buffer[] {
  const mechanism = pick(random, saslMechanisms)
  const user = pick(random, Object.keys(passwords))
  const credentials =
    mechanism === 'OAUTHBEARER'
      ? { mechanism, token: random.bytes(40).toString('base64url') }
      : { mechanism, user, password: 'guess' }
  const first = clientExchange(credentials, random).first()
  const version = between(random, 0, 1)
  const tokens = [first, Buffer.from(`c=biws,r=${random.bytes(9).toString('base64')},p=AAAA`)]
  return [
    frameOf(SaslHandshake, version, { mechanism }),
    ...tokens.map((token) =>
      version === 0 ? framed(token) : frameOf(SaslAuthenticate, 2, { authBytes: token }),
    ),
  ]
}

function frameOf<Request extends Schema>(
  api: Api<Request>,
  apiVersion: number,
  body: Draft<Request>,
): Buffer {
  const writer = new ByteWriter()
  const header = { apiVersion, correlationId: 1, clientId: 'stranger' }
  writeRequestHeader(writer, api as unknown as Api, header)
  codecOf(api, 'request', apiVersion).encode(body, writer)
  return framed(writer.done())
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
