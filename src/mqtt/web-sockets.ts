import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { createServer } from '../base/node-http.ts'

/** The subprotocols that MQTT over WebSocket has: 3.1.1 and 5, and 3.1. */
const subprotocols = ['mqtt', 'mqttv3.1']

export interface WebSockets {
  /** Takes a connection that began like HTTP. */
  take(socket: Socket): void
}

/** MQTT over WebSocket, on any path. In a file of its own, as `ws` is loaded only if somebody comes. */
export function openWebSockets(
  options: { largestBytes: number; headersMs: number },
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
