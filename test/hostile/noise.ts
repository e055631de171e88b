/** What the tests of hostile input share: noise, and a neighbour who must not notice it. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { between, pick, type Random } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'

/** A heap that grew by more than this after so many frames has a leak. */
export const mostGrowthBytes = 48 * 1024 * 1024

/** A client that goes about its work beside the noise and must not notice any of it. */
export async function bystander(port: number, t: TestContext) {
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

/** Flips, cuts, inserts, overwrites and repeats some bytes; now and then it changes nothing. */
export function mutate(frame: Buffer, random: Random): Buffer {
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
  return bytes
}

/** A connection for noise: it reads and forgets what comes, and says when it was closed. */
export async function noisy(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
  return socket
}

/** Writes, and lets the server, which runs in this process too, look at it. */
export async function write(socket: Socket, bytes: Buffer): Promise<void> {
  socket.write(bytes)
  await nextTurn()
}

export function heapBytes(): number {
  setFlagsFromString('--expose_gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

/** Connections that say something random and go. */
export async function sendGarbage(port: number, random: Random): Promise<void> {
  for (let round = 0; round < 300; round++) {
    const socket = await noisy(port)
    await write(socket, random.bytes(between(random, 1, 2000)))
    socket.destroy()
  }
}

/** A hundred connections that send these bytes one at a time, with the neighbour at work in between. */
export async function dribble(
  port: number,
  bytes: Buffer,
  work: () => Promise<void>,
  t: TestContext,
): Promise<void> {
  const slow = await Promise.all(Array.from({ length: 100 }, () => noisy(port)))
  t.after(() => slow.forEach((socket) => void socket.destroy()))
  for (const byte of bytes) {
    await Promise.all(slow.map((socket) => write(socket, Buffer.from([byte]))))
    await work()
  }
}
