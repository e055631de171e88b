/** A stream of bytes to an MQTT broker, by the scheme of its address: TCP, TLS or WebSocket. */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { mqttClientError } from './errors.ts'

/** Resolves when bytes may be written; rejects where the peer cannot be reached. */
export async function openTransport(address: string): Promise<Duplex> {
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
        connectTls({ host, port: Number(url.port || 8883), servername: host }),
        'secureConnect',
      )
    case 'ws:':
    case 'wss:':
      return await openWebSocket(address)
    default:
      throw mqttClientError('mqtt-url', { url: address })
  }
}

async function openWebSocket(address: string): Promise<Duplex> {
  const { createWebSocketStream, WebSocket } = await import('ws')
  const socket = new WebSocket(address, 'mqtt')
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
