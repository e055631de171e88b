import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import type { Owner } from './folders.ts'

/** Questions go there, answers come back. */
export type Way = 'there' | 'back'

export interface Forwarder {
  readonly port: number
  /** How many connections came this way. */
  readonly connections: number
  /** Ends those that stand, as a broken network does. */
  cut(): void
  /** The same, once so many more bytes have gone that way: what comes behind them is lost. */
  cutAfter(bytes: number, way: Way): void
}

/** A port mapping, as a container's or a cluster's: what comes to its port goes on to another one. */
export async function forward(owner: Owner, toPort: () => number): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  let connections = 0
  let left: { bytes: number; readonly way: Way } | undefined
  const passing = (way: Way) =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (left?.way !== way || chunk.length < left.bytes) {
          if (left?.way === way) left.bytes -= chunk.length
          return done(null, chunk)
        }
        const last = chunk.subarray(0, left.bytes)
        left = undefined
        done(null, last)
        setImmediate(cut)
      },
    })
  const server = createServer((from) => {
    connections += 1
    const to = connect(toPort(), '127.0.0.1')
    for (const socket of [from, to]) {
      sockets.add(socket)
      // Either side may go away at any time, and takes the other with it.
      socket.on('error', () => {})
      socket.on('close', () => {
        from.destroy()
        to.destroy()
        sockets.delete(socket)
      })
    }
    from.pipe(passing('there')).pipe(to)
    to.pipe(passing('back')).pipe(from)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  owner.after(() => {
    server.close()
    cut()
  })
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    cut,
    cutAfter(bytes, way) {
      left = { bytes, way }
    },
  }
}
