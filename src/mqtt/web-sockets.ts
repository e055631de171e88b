import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { createServer } from '../base/node-http.ts'
import { foreignOriginIn } from '../client/doors/index.ts'

/** The subprotocols that MQTT over WebSocket has: 3.1.1 and 5, and 3.1. */
const subprotocols = ['mqtt', 'mqttv3.1']

export interface WebSockets {
  /** Takes a connection that began like HTTP. */
  take(socket: Socket): void
}

/** MQTT over WebSocket, on any path. In a file of its own, as `ws` is loaded only if somebody comes. */
export function openWebSockets(
  options: {
    readonly largestBytes: number
    readonly headersMs: number
    /** Whose pages may come in, beside those that are ours; undefined, everybody's. */
    readonly allowedHosts: readonly string[] | undefined
    /** Told of a page that was not let in. */
    readonly refused: (origin: string) => void
  },
  accept: (stream: Duplex, socket: Socket) => void,
): WebSockets {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.largestBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
  })
  const server: Server = createServer((_, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' })
    response.end('Here is MQTT, over TCP or over WebSocket (subprotocol mqtt).\n')
  })
  server.headersTimeout = options.headersMs
  server.on('clientError', (_, socket) => socket.destroy())
  server.on('upgrade', (request, socket, head) => {
    const { allowedHosts } = options
    const origin = allowedHosts && foreignOriginIn(request.headers, allowedHosts)
    if (origin !== undefined) {
      options.refused(origin)
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      // MQTT 5, section 6: whoever sends text instead of binary frames is to be closed.
      webSocket.on('message', (_data, isBinary) => {
        if (!isBinary) webSocket.close(1003)
      })
      accept(createWebSocketStream(webSocket), request.socket)
    })
  })
  return {
    take(socket) {
      server.emit('connection', socket)
      socket.resume()
    },
  }
}
