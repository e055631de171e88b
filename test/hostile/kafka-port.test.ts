/** What comes from a socket may be anything. None of it may harm anybody but its sender. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ByteWriter } from '../../src/base/bytes.ts'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { handlers } from '../../src/broker/handlers/index.ts'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { apis } from '../../src/protocols/kafka/apis/index.ts'
import { codecOf } from '../../src/protocols/kafka/codec.ts'
import { writeRequestHeader } from '../../src/protocols/kafka/frame.ts'
import { encodeBatch } from '../../src/protocols/kafka/record-batch.ts'
import { blank } from '../../src/protocols/kafka/schema.ts'
import { eventually } from '../helpers/eventually.ts'
import {
  bystander,
  dribble,
  heapBytes,
  mostGrowthBytes,
  mutate,
  noisy,
  sendGarbage,
  write,
} from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const frames = points('FUZZ_FRAMES', { few: 10_000, all: 100_000 })

/** A broker that says in `bugs` what it logged as errors: there, an error means a bug of ours. */
async function openVictim(t: TestContext, config: Record<string, string> = {}) {
  return await openBroker(t, {
    durability: 'os',
    config: { 'leat.max.partitions': '200', ...config },
    topics: { bystander: {} },
  })
}

/** A valid request as the start of a mutation, mostly of an API that is served. */
function validFrame(random: Random): Buffer {
  const api = random.next() < 0.8 ? pick(random, handlers).api : pick(random, apis)
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

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
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
    await write(socket, framed(mutate(validFrame(random), random)))
    if (done % 1000 === 0) await neighbour.work()
  }
  for (const socket of sockets) socket.destroy()
  t.diagnostic(`${answered} frames followed an answer on their connection`)
  assert.ok(answered > frames / 10, 'hardly a frame got as far as an answer')
  await neighbour.work()
  assert.deepEqual(victim.bugs, [])
  assert.ok(heapBytes() - before < mostGrowthBytes, 'the heap has grown')
})

test(`random garbage closes its connection and nothing else (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  await sendGarbage(victim.port, random)
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
  await dribble(victim.port, Buffer.alloc(20), () => neighbour.work(), t)
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
