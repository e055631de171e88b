/** What comes from a socket may be anything. None of it may harm anybody but its sender. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ByteWriter } from '../../src/base/bytes.ts'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { apis } from '../../src/protocols/kafka/apis/index.ts'
import { codecOf } from '../../src/protocols/kafka/codec.ts'
import { writeRequestHeader } from '../../src/protocols/kafka/frame.ts'
import { encodeBatch } from '../../src/protocols/kafka/record-batch.ts'
import { blank } from '../../src/protocols/kafka/schema.ts'
import { eventually } from '../helpers/eventually.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const frames = Number(process.env.FUZZ_FRAMES ?? 100_000)

/** A heap that grew by more than this after so many frames has a leak. */
const mostGrowthBytes = 48 * 1024 * 1024

/** A broker that says in `bugs` what it logged as errors: there, an error means a bug of ours. */
async function openVictim(t: TestContext, config: Record<string, string> = {}) {
  return await openBroker(t, {
    durability: 'os',
    config: { 'leat.max.partitions': '200', ...config },
    topics: { bystander: {} },
  })
}

/** A client that goes about its work beside the noise and must not notice any of it. */
async function bystander(port: number, t: TestContext) {
  const client = new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'bystander' })
  t.after(() => client.close())
  const producer = client.producer()
  let sent = 0
  return {
    async work(): Promise<void> {
      const { offset } = await producer.send({ topic: 'bystander', value: Buffer.from(`${sent}`) })
      assert.equal(offset, BigInt(sent))
      sent += 1
    },
  }
}

/** A valid request of any API that the protocol knows, served or not, as the start of a mutation. */
function validFrame(random: Random): Buffer {
  const api = pick(random, apis)
  const version = between(random, api.versions.from, api.versions.to)
  const body: Record<string, unknown> = { ...blank(api.request) }
  if (api.key === 0) {
    const records = encodeBatch({
      records: [{ timestamp: 0n, key: Buffer.from('k'), value: random.bytes(20) }],
    })
    body.acks = pick(random, [0, 1, -1])
    body.topicData = [{ name: 'noise', partitionData: [{ index: 0, records }] }]
  }
  if (api.key === 3) body.topics = [{ name: `noise-${between(random, 0, 50)}` }]
  const writer = new ByteWriter()
  writeRequestHeader(writer, api, { apiVersion: version, correlationId: 7, clientId: 'fuzz' })
  try {
    codecOf(api, 'request', version).encode(body as never, writer)
  } catch {
    // This version lacks one of the fields: its header alone is noise as good.
  }
  return Buffer.from(writer.done())
}

function mutate(frame: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(frame)
  for (let times = between(random, 0, 4); times > 0; times--) {
    const at = between(random, 0, Math.max(0, bytes.length - 1))
    switch (between(random, 0, 4)) {
      case 0:
        if (bytes.length > 0) bytes[at] = between(random, 0, 255)
        break
      case 1:
        bytes = bytes.subarray(0, at)
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), random.bytes(8), bytes.subarray(at)])
        break
      case 3:
        if (bytes.length >= at + 4) bytes.writeInt32BE(pick(random, [-1, 2 ** 31 - 1, 65536]), at)
        break
      default:
        bytes = Buffer.concat([bytes, bytes.subarray(at)])
    }
  }
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A connection for noise: it reads and forgets what comes, and says when it was closed. */
async function noisy(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
  return socket
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
}

function heapBytes(): number {
  setFlagsFromString('--expose_gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test(`${frames} mutated frames crash nothing, fill nothing and disturb no neighbour (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  await neighbour.work()
  const before = heapBytes()
  const sockets = await Promise.all(Array.from({ length: 40 }, () => noisy(victim.port)))
  let answered = 0
  for (let done = 0; done < frames; done++) {
    const at = done % sockets.length
    // In its turn a connection has had the time to be closed for the frame before.
    if (sockets[at]?.destroyed || sockets[at]?.closed) sockets[at] = await noisy(victim.port)
    const socket = sockets[at] as Socket
    answered += socket.bytesRead > 0 ? 1 : 0
    await write(socket, mutate(validFrame(random), random))
    if (done % 1000 === 0) await neighbour.work()
  }
  for (const socket of sockets) socket.destroy()
  assert.ok(answered > frames / 20, 'hardly a frame got as far as an answer')
  await neighbour.work()
  assert.deepEqual(victim.bugs, [])
  assert.ok(heapBytes() - before < mostGrowthBytes, 'the heap has grown')
})

test(`random garbage closes its connection and nothing else (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  for (let round = 0; round < 300; round++) {
    const socket = await noisy(victim.port)
    await write(socket, random.bytes(between(random, 1, 2000)))
    socket.destroy()
  }
  await neighbour.work()
  assert.deepEqual(victim.bugs, [])
})

test('a length beyond socket.request.max.bytes closes the connection at once', async (t) => {
  const victim = await openVictim(t, { 'socket.request.max.bytes': '1000000' })
  for (const length of [1_000_001, 2 ** 31 - 1, -1, -(2 ** 31)]) {
    const socket = await noisy(victim.port)
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(length)
    await write(socket, bytes)
    await eventually('the connection is closed', () => socket.closed)
  }
  assert.deepEqual(victim.bugs, [])
})

test('half frames and clients that dribble bytes hold up nobody', async (t) => {
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  const slow = await Promise.all(Array.from({ length: 100 }, () => noisy(victim.port)))
  t.after(() => slow.forEach((socket) => void socket.destroy()))
  for (let round = 0; round < 20; round++) {
    await Promise.all(slow.map((socket) => write(socket, Buffer.from([0]))))
    await neighbour.work()
  }
  assert.deepEqual(victim.bugs, [])
})

test('a client that stops reading its answers slows only itself', async (t) => {
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  const deaf = connect(victim.port, '127.0.0.1')
  deaf.on('error', () => {})
  deaf.pause()
  t.after(() => deaf.destroy())
  const metadata = apis.find(({ name }) => name === 'Metadata')
  assert.ok(metadata)
  const writer = new ByteWriter()
  writer.int32(0)
  writeRequestHeader(writer, metadata, { apiVersion: 1, correlationId: 1, clientId: 'deaf' })
  codecOf(metadata, 'request', 1).encode({ topics: null } as never, writer)
  const frame = Buffer.from(writer.done())
  frame.writeInt32BE(frame.length - 4)
  const flood = Buffer.concat(Array.from({ length: 20_000 }, () => frame))
  deaf.write(flood)
  deaf.write(flood)
  const before = process.memoryUsage().rss
  for (let round = 0; round < 50; round++) await neighbour.work()
  assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024)
  assert.deepEqual(victim.bugs, [])
})
