import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import {
  type ConnackPacket,
  decodePacket,
  encodePacket,
  noProperties,
  type Packet,
  PacketSplitter,
  type ProtocolVersion,
  type PublishPacket,
  type Qos,
} from '../../../protocols/mqtt/index.ts'

export type Reply = (packet: Packet) => void
type Answer = (packet: Packet, reply: Reply, socket: Socket) => void

/** A broker that answers by a script; gives its address. */
export async function scriptedBroker(
  t: TestContext,
  answer: Answer,
  version: ProtocolVersion = 4,
): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    const reply = (packet: Packet) => socket.write(encodePacket(packet, version))
    const splitter = new PacketSplitter(4096, (firstByte, body) =>
      answer(decodePacket(firstByte, Buffer.from(body), version), reply, socket),
    )
    socket.on('data', (piece) => splitter.push(piece))
  }).listen(0, '127.0.0.1')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const accepted: ConnackPacket = {
  type: 'connack',
  sessionPresent: false,
  code: 0,
  properties: noProperties,
}

export const acknowledgement = (packetId: number): Packet => ({
  type: 'puback',
  packetId,
  reason: 0,
  properties: noProperties,
})

export const granted = (packetId: number, code = 0): Packet => ({
  type: 'suback',
  packetId,
  codes: [code],
  properties: noProperties,
})

export const message = (
  topic: string,
  qos: Qos = 0,
  given: Partial<PublishPacket> = {},
): PublishPacket => ({
  ...{ type: 'publish', qos, retain: false, duplicate: false, topic, packetId: qos === 0 ? 0 : 1 },
  ...{ payload: Buffer.from('x'), properties: noProperties },
  ...given,
})
