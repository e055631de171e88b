/** The first steps to a broker: its name, its port, and an agreement on keys where there is to be one. */
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import { securityError } from '../security/errors.ts'
import { hungUp, type TlsProblem, tlsProblem } from '../security/tls-problems.ts'
import { type BrokerAddress, formatBrokerAddress } from './addresses.ts'
import { clientError } from './errors.ts'

export interface SocketOptions {
  readonly address: BrokerAddress
  readonly clock: Clock
  readonly withinMs: number
  readonly tls?: ConnectionOptions | undefined
  readonly signal: AbortSignal
  /** Takes what comes; the bytes may be overwritten once it returns. */
  readonly receive: (piece: Buffer) => void
}

/** One for all connections: each piece is dealt with before the next is read. */
const bufferBytes = 256 * 1024
let sharedBuffer: Buffer | undefined

/** Throws 'broker-unreachable', or 'tls-refused'. */
export function openSocket(options: SocketOptions): Promise<Socket> {
  const { address, clock, withinMs, tls } = options
  const name = formatBrokerAddress(address)
  return new Promise((resolve, reject) => {
    const socket = begin(options)
    let isThere = false
    const fail = (error: Error) => {
      timer.cancel()
      socket.destroy()
      reject(error)
    }
    const unreachable = (why: string) => clientError('broker-unreachable', { address: name, why })
    const failed = (error: Error) => {
      const problem = isThere ? (tlsProblem(error) ?? hangUpOf(error)) : tlsProblem(error)
      fail(problem ? tlsRefused(name, problem, error) : unreachable(reasonOf(error)))
    }
    const timer = clock.after(withinMs, () =>
      fail(unreachable(isThere ? `no TLS within ${withinMs} ms` : `not within ${withinMs} ms`)),
    )
    const done = () => {
      timer.cancel()
      socket.off('error', failed)
      resolve(socket)
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      isThere = true
      if (tls === undefined) done()
    })
    socket.once('secureConnect', done)
  })
}

export function tlsRefused(address: string, problem: TlsProblem, cause: Error) {
  return securityError('tls-refused', { address, ...problem }, { cause })
}

function begin({ address, tls, signal, receive }: SocketOptions): Socket {
  const { host } = address
  const options = { ...address, noDelay: true, keepAlive: true, signal }
  if (tls === undefined) return connect({ ...options, onread: intoSharedBuffer(receive) })
  // An address of numbers is no name, and is not told to the server.
  const name = isIP(host) === 0 && { servername: host }
  return connectSecurely({ ...options, ...name, ...tls }).on('data', receive)
}

/** `data` events would bring each piece in new memory (docs/decisions/shared-receive-buffer.md). */
function intoSharedBuffer(receive: SocketOptions['receive']): OnReadOpts {
  sharedBuffer ??= Buffer.allocUnsafeSlow(bufferBytes)
  const buffer = sharedBuffer
  return {
    buffer,
    callback(bytes) {
      receive(buffer.subarray(0, bytes))
      return true
    },
  }
}

function hangUpOf(error: Error): TlsProblem | undefined {
  return ['ECONNRESET', 'EPIPE'].includes(systemCode(error) ?? '') ? hungUp : undefined
}

function reasonOf(error: Error): string {
  const code = systemCode(error)
  if (code === 'ENOTFOUND') return `${code}: nobody knows this name`
  return code ?? error.message
}
