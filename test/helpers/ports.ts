import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

/**
 * Below those that systems give to whoever connects: no client takes one of them before the program
 * does that is told of it. Each process has a block of them for itself, because tests run side by side.
 */
const lowestPort = 12_000
const portsOfABlock = 100
const blocks = 200

let ownBlock: Promise<number> | undefined
let tried = 0

/** Ports that were free a moment ago, for programs that must be told theirs. All differ. */
export async function freePorts(count: number): Promise<number[]> {
  ownBlock ??= claimBlock()
  const claim = await ownBlock
  const ports: number[] = []
  for (let left = portsOfABlock; ports.length < count && left > 0; left--) {
    const port = claim + 1 + (tried++ % (portsOfABlock - 1))
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length < count) throw new Error(`no ${count} of the ports from ${claim} on are free`)
  return ports
}

/**
 * The first port of a block: whoever listens there has the block until its process ends. That a port
 * is free tells nothing of another process whose program is told of it and only just begins.
 */
async function claimBlock(): Promise<number> {
  for (let at = 0; at < blocks; at++) {
    const port = lowestPort + ((process.pid + at) % blocks) * portsOfABlock
    const claim = await listen(port)
    if (claim === undefined) continue
    claim.unref()
    return port
  }
  throw new Error(`all ${blocks} blocks of ports from ${lowestPort} on are taken`)
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port)
  if (server === undefined) return false
  server.close()
  await once(server, 'close')
  return true
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
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
