/** A stream of bytes to an MQTT broker, by the scheme of its address: TCP, TLS or WebSocket. */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls'
import { mqttClientError } from './errors.ts'

export interface TransportOptions {
  readonly tls?: TlsOptions | undefined
  /** Of the request that opens a WebSocket. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Resolves when bytes may be written; rejects where the peer cannot be reached. */
export async function openTransport(
  address: string,
  { tls = {}, headers = {} }: TransportOptions = {},
): Promise<Duplex> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  // An IPv6 host has brackets in an address, and none for a socket.
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  switch (url?.protocol) {
    case 'tcp:':
    case 'mqtt:':
      return await opened(
        connect({ host, port: Number(url.port || 1883), noDelay: true }),
        'connect',
      )
    case 'ssl:':
    case 'mqtts:':
      return await opened(
        connectTls({ host, port: Number(url.port || 8883), servername: host, ...tls }),
        'secureConnect',
      )
    case 'ws:':
    case 'wss:':
      return await openWebSocket(address, tls, headers)
    default:
      throw mqttClientError('mqtt-url', { url: address })
  }
}

async function openWebSocket(
  address: string,
  tls: TlsOptions,
  headers: Readonly<Record<string, string>>,
): Promise<Duplex> {
  const { createWebSocketStream, WebSocket } = await import('ws')
  const secure = address.startsWith('wss:') ? tls : {}
  const socket = new WebSocket(address, 'mqtt', { ...secure, headers })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve()).once('error', reject)
  })
  return createWebSocketStream(socket)
}

function opened(stream: Duplex, event: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject).once(event, () => {
      stream.off('error', reject)
      resolve(stream)
    })
  })
}
