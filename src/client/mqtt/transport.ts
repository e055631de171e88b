/** A stream of bytes to an MQTT broker, by the scheme of its address: TCP, TLS or WebSocket. */
import { connect as connectTcp, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls'
import { mqttClientError } from './errors.ts'

export interface TransportOptions {
  readonly tls?: TlsOptions | undefined
  /** Of the request that opens a WebSocket. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Resolves when bytes may be written; rejects where the peer cannot be reached. The signal ends the
 * attempt, and the stream, with its reason.
 */
export async function openTransport(
  address: string,
  { tls = {}, headers = {} }: TransportOptions,
  signal: AbortSignal,
): Promise<Duplex> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  // An IPv6 host has brackets in an address, and none for a socket.
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  switch (url?.protocol) {
    case 'tcp:':
    case 'mqtt:': {
      const socket = connectTcp({ host, port: Number(url.port || 1883), noDelay: true })
      return await opened(socket, 'connect', signal)
    }
    case 'ssl:':
    case 'mqtts:': {
      const port = Number(url.port || 8883)
      const named = isIP(host) === 0 ? { servername: host } : {}
      const socket = connectTls({ host, port, ...named, ...tls })
      socket.setNoDelay(true)
      return await opened(socket, 'secureConnect', signal)
    }
    case 'ws:':
    case 'wss:':
      return await openWebSocket(address, tls, headers, signal)
    default:
      throw mqttClientError('mqtt-url', { url: address })
  }
}

async function openWebSocket(
  address: string,
  tls: TlsOptions,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Duplex> {
  const { createWebSocketStream, WebSocket } = await import('ws')
  const secure = address.startsWith('wss:') ? tls : {}
  const options = { ...secure, headers, perMessageDeflate: false }
  const socket = new WebSocket(address, 'mqtt', options)
  const giveUp = () => socket.terminate()
  signal.addEventListener('abort', giveUp)
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => reject(signal.aborted ? signal.reason : error)
    socket.once('open', () => resolve()).once('error', failed)
  }).finally(() => signal.removeEventListener('abort', giveUp))
  const stream = createWebSocketStream(socket)
  endWith(stream, signal)
  return stream
}

function opened(stream: Duplex, event: string, signal: AbortSignal): Promise<Duplex> {
  endWith(stream, signal)
  return new Promise((resolve, reject) => {
    stream.once('error', reject).once(event, () => {
      stream.off('error', reject)
      resolve(stream)
    })
  })
}

function endWith(stream: Duplex, signal: AbortSignal): void {
  const end = () => stream.destroy(signal.reason)
  signal.addEventListener('abort', end)
  stream.once('close', () => signal.removeEventListener('abort', end))
}
