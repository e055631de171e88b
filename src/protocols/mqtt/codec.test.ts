import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generate, type Packet as OraclePacket, parser } from 'mqtt-packet'
import { between, seededRandom } from '../../base/random.ts'
import {
  decodePacket,
  encodePacket,
  MalformedPacket,
  type Packet,
  PacketSplitter,
  type ProtocolVersion,
  publishHead,
  reasonCode,
} from './index.ts'
import { randomPacket } from './testing/random-packets.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const versions: readonly ProtocolVersion[] = [3, 4, 5]

test(`mqtt-packet reads what we write, and we read what it writes (seed ${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 3000; round++) {
    const version = versions[round % 3] as ProtocolVersion
    const packet = randomPacket(random, version)
    const ours = encodePacket(packet, version)
    const read = readByOracle(ours, version)
    const theirs = generate(read, { protocolVersion: version })
    assert.deepEqual(normal(decode(theirs, version)), normal(packet), JSON.stringify(packet))
  }
})

test(`a packet is the same after it was written and read (seed ${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 3000; round++) {
    const version = versions[round % 3] as ProtocolVersion
    const packet = randomPacket(random, version)
    assert.deepEqual(normal(decode(encodePacket(packet, version), version)), normal(packet))
  }
})

test(`a stream is cut into the same packets however its bytes arrive (seed ${seed})`, () => {
  const random = seededRandom(seed)
  const packets = Array.from({ length: 200 }, () => encodePacket(randomPacket(random, 5), 5))
  const stream = Buffer.concat(packets)
  const cut: Buffer[] = []
  const splitter = new PacketSplitter(100_000, (_, body) => cut.push(Buffer.from(body)))
  for (let at = 0; at < stream.length; ) {
    const length = between(random, 1, random.next() < 0.2 ? 2000 : 6)
    splitter.push(stream.subarray(at, at + length))
    at += length
  }
  assert.equal(cut.length, packets.length)
  for (const [index, body] of cut.entries()) {
    assert.ok(packets[index]?.subarray(-body.length || packets[index]?.length).equals(body))
  }
})

test(`damaged packets are refused as malformed and never break the reader (seed ${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 5000; round++) {
    const version = versions[round % 3] as ProtocolVersion
    const bytes = Buffer.from(encodePacket(randomPacket(random, version), version))
    for (let hits = between(random, 1, 3); hits > 0; hits--) {
      bytes[between(random, 0, bytes.length - 1)] = between(random, 0, 255)
    }
    try {
      decode(bytes, version)
    } catch (error) {
      assert.ok(error instanceof MalformedPacket, String(error))
    }
  }
})

test('the payload of a PUBLISH is a view of the bytes that came', () => {
  const body = Buffer.from([0, 1, 0x61, 1, 2, 3])
  const packet = decodePacket(0x30, body, 4)
  assert.ok(packet.type === 'publish' && packet.payload.buffer === body.buffer)
  assert.deepEqual([...packet.payload], [1, 2, 3])
})

test('the head and the payload of a PUBLISH together are the packet', () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round++) {
    const packet = randomPacket(random, 5)
    if (packet.type !== 'publish') continue
    const parts = Buffer.concat([publishHead(packet, 5), packet.payload])
    assert.ok(parts.equals(encodePacket(packet, 5)))
  }
})

test('what the standards forbid is refused with the reason that MQTT 5 has for it', () => {
  const cases: [why: string, bytes: string, version: ProtocolVersion, reason: number][] = [
    ['QoS 3', '36 05 0001 61 0001', 4, reasonCode.malformedPacket],
    ['a duplicate of QoS 0', '38 03 0001 61', 4, reasonCode.malformedPacket],
    ['a wildcard in a topic', '30 03 0001 23', 4, reasonCode.topicNameInvalid],
    ['invalid UTF-8', '30 03 0001 ff', 4, reasonCode.malformedPacket],
    ['a surrogate in UTF-8', '30 05 0003 eda080', 4, reasonCode.malformedPacket],
    ['U+0000', '30 03 0001 00', 4, reasonCode.malformedPacket],
    ['an empty topic', '30 02 0000', 4, reasonCode.protocolError],
    ['packet identifier 0', '32 05 0001 61 0000', 4, reasonCode.malformedPacket],
    ['wrong flags of SUBSCRIBE', '80 06 0001 0001 61 00', 4, reasonCode.malformedPacket],
    ['no filter in a SUBSCRIBE', '82 02 0001', 4, reasonCode.protocolError],
    ['reserved bits of a subscription', '82 06 0001 0001 61 04', 4, reasonCode.malformedPacket],
    ['bytes after the end', 'c0 01 00', 4, reasonCode.malformedPacket],
    ['a string that ends too early', '30 03 0005 61', 4, reasonCode.malformedPacket],
    ['a property twice', '30 08 0001 61 04 0100 0100', 5, reasonCode.protocolError],
    ['a property of another packet', '30 09 0001 61 05 1100000001', 5, reasonCode.protocolError],
    ['an unknown property', '30 06 0001 61 02 7f00', 5, reasonCode.malformedPacket],
    ['topic alias 0', '30 07 0001 61 03 230000', 5, reasonCode.topicAliasInvalid],
    ['a flag property that is 2', '30 06 0001 61 02 0102', 5, reasonCode.protocolError],
    ['AUTH before MQTT 5', 'f0 00', 4, reasonCode.protocolError],
    ['packet 0', '00 00', 4, reasonCode.protocolError],
    [
      'the reserved flag of CONNECT',
      '10 0c 0004 4d515454 04 03 0000 0000',
      4,
      reasonCode.malformedPacket,
    ],
    ['a will of QoS 3', '10 0c 0004 4d515454 04 1e 0000 0000', 4, reasonCode.malformedPacket],
    [
      'flags of an absent will',
      '10 0c 0004 4d515454 04 22 0000 0000',
      4,
      reasonCode.malformedPacket,
    ],
    [
      'another protocol',
      '10 0c 0004 4d515455 04 02 0000 0000',
      4,
      reasonCode.unsupportedProtocolVersion,
    ],
    [
      'MQTT level 6',
      '10 0c 0004 4d515454 06 02 0000 0000',
      4,
      reasonCode.unsupportedProtocolVersion,
    ],
  ]
  for (const [why, bytes, version, reason] of cases) {
    assert.throws(
      () => decode(Buffer.from(bytes.replaceAll(' ', ''), 'hex'), version),
      (error) => error instanceof MalformedPacket && error.reason === reason,
      why,
    )
  }
})

test('a packet larger than the limit is refused by its announced length', () => {
  const splitter = new PacketSplitter(1000, () => assert.fail('no packet is whole'))
  assert.throws(
    () => splitter.push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])),
    (error) => error instanceof MalformedPacket && error.reason === reasonCode.packetTooLarge,
  )
})

test('a length of more than four bytes is refused', () => {
  const splitter = new PacketSplitter(2 ** 30, () => assert.fail('no packet is whole'))
  assert.throws(
    () => splitter.push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1])),
    MalformedPacket,
  )
})

function decode(bytes: Buffer, version: ProtocolVersion): Packet {
  let packet: Packet | undefined
  new PacketSplitter(2 ** 28, (firstByte, body) => {
    packet = decodePacket(firstByte, body, version)
  }).push(bytes)
  return packet ?? { type: 'pingreq' }
}

function readByOracle(bytes: Buffer, version: ProtocolVersion): OraclePacket {
  const reader = parser({ protocolVersion: version })
  const found: OraclePacket[] = []
  reader.on('packet', (packet) => found.push(packet))
  reader.on('error', (error) => {
    throw error
  })
  reader.parse(bytes)
  assert.equal(found.length, 1, bytes.toString('hex'))
  return found[0] as OraclePacket
}

/** Absent properties and empty ones are the same to the oracle. */
function normal(packet: Packet): unknown {
  return JSON.parse(JSON.stringify(packet))
}
