import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/**
 * Below those that systems give to whoever connects: no client takes one of them before the program
 * does that is told of it. Each process has some for itself, because tests run side by side.
 */
const lowestPort = 12_000
const portsOfAProcess = 100
const processes = 200

const firstPort = lowestPort + (process.pid % processes) * portsOfAProcess
let tried = 0

/** Ports that were free a moment ago, for programs that must be told theirs. All differ. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let left = portsOfAProcess; ports.length < count && left > 0; left--) {
    const port = firstPort + (tried++ % portsOfAProcess)
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length < count)
    throw new Error(`no ${count} of the ports from ${firstPort} on are free`)
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/** Whether somebody listens on this port of the loopback. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy())
    socket.once('error', () => {})
    socket.once('close', (hadError) => resolve(!hadError))
  })
}
