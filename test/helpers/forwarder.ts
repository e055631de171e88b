import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Owner } from './folders.ts'

export interface Forwarder {
  readonly port: number
  /** How many connections came this way. */
  readonly connections: number
  /** Ends those that stand, as a broken network does. */
  cut(): void
}

/** A port mapping, as a container's or a cluster's: what comes to its port goes on to another one. */
export async function forward(owner: Owner, toPort: () => number): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  let connections = 0
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
    from.pipe(to).pipe(from)
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
  }
}
