/** Thousands of clients that say nothing any more: what each costs is bounded, and nobody notices them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { residentMegabytes } from '../../bench/process-figures.ts'
import { points } from '../../src/base/testing/points.ts'
import { encodePacket, noProperties } from '../../src/protocols/mqtt/index.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { bystander } from './noise.ts'

const many = points('IDLE_CONNECTIONS', { few: 1000, all: 9900 })
const openedAtOnce = 100
/** Of a connection, in leat's process: its socket, what Node keeps of that, and what leat does. */
const mostBytesEach = 40 * 1024
/** What is loaded for the first ones, and what waits for the garbage collector. */
const mostBytesOnce = 64 * 1024 * 1024

/** ApiVersions 0 of a client called `x`. */
const apiVersions = Buffer.from('0000000b0012000000000001000178', 'hex')

const doors = {
  Kafka: {
    portOf: ({ kafkaPort }: LeatProcess) => kafkaPort,
    hello: () => apiVersions,
  },
  MQTT: {
    portOf: ({ mqttPort }: LeatProcess) => mqttPort,
    hello: (number: number) =>
      encodePacket(
        {
          ...{ type: 'connect', version: 5, cleanStart: true, keepAliveSeconds: 0 },
          ...{ clientId: `idle-${number}`, properties: noProperties },
        },
        5,
      ),
  },
}

for (const [name, { portOf, hello }] of Object.entries(doors)) {
  test(`${many} idle ${name} clients take at most ${mostBytesEach / 1024} KiB each and hold up nobody`, {
    skip: process.platform !== 'linux' && 'memory of a process is read from /proc',
  }, async (t) => {
    const leat = await startLeat(t, { ownBroker: true })
    const residentBytes = () => residentMegabytes(leat.program.pid ?? 0) * 2 ** 20
    const neighbour = await bystander(leat.kafkaPort, t)
    await neighbour.work()
    const before = residentBytes()
    const sockets: Socket[] = []
    t.after(() => {
      for (const socket of sockets) socket.destroy()
    })
    while (sockets.length < many) {
      const next = Array.from({ length: openedAtOnce }, (_, index) => sockets.length + index)
      sockets.push(...(await Promise.all(next.map((n) => greeted(portOf(leat), hello(n))))))
    }
    await neighbour.work()
    const grown = residentBytes() - before
    t.diagnostic(`${(grown / many / 1024).toFixed(1)} KiB of leat's memory for each`)
    assert.ok(grown < mostBytesOnce + many * mostBytesEach, `${grown} bytes for ${many}`)
    assert.equal(sockets.filter(({ destroyed }) => destroyed).length, 0)
  })
}

/** A client that was answered, and then says nothing. */
async function greeted(port: number, hello: Buffer): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(hello)
  await once(socket, 'data')
  return socket
}
