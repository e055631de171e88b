/**
 * The bytes of the journal. A group, aligned to 4 KiB so that no acknowledged block is ever
 * rewritten: header, frame headers, payloads, padding. The CRC-32C covers the header behind it and
 * the frame headers; a payload is a record batch, covered by its own CRC-32C (which stands in the
 * frame header, too) from its attributes on, and by comparison with the frame header before them.
 */
import { crc32c } from '../base/crc32c.ts'

export const blockBytes = 4096
export const groupHeaderBytes = 40
export const frameHeaderBytes = 48
/** A topic id (16 bytes) and a partition number (4 bytes). */
const partitionKeyBytes = 20
const magic = 0x6c656174
const version = 1
const crcEnd = 8

export interface GroupHeader {
  readonly epoch: number
  readonly sequence: number
  readonly frameCount: number
  readonly payloadBytes: number
}

export interface Frame {
  /** Topic id and partition, in hexadecimal. */
  readonly partitionKey: string
  readonly segmentBase: bigint
  readonly position: number
  readonly baseOffset: bigint
  readonly batch: Buffer
}

export function groupBytes(header: Pick<GroupHeader, 'frameCount' | 'payloadBytes'>): number {
  const bytes = groupHeaderBytes + header.frameCount * frameHeaderBytes + header.payloadBytes
  return Math.ceil(bytes / blockBytes) * blockBytes
}

/** Writes the header of a group in front of its frame headers. */
export function writeGroupHeader(heads: Buffer, group: GroupHeader): void {
  heads.writeUInt32BE(magic, 0)
  heads.writeUInt32BE(version, crcEnd)
  heads.writeBigUInt64BE(BigInt(group.epoch), 12)
  heads.writeBigUInt64BE(BigInt(group.sequence), 20)
  heads.writeUInt32BE(group.frameCount, 28)
  heads.writeUInt32BE(group.payloadBytes, 32)
  heads.writeUInt32BE(0, 36)
  const end = groupHeaderBytes + group.frameCount * frameHeaderBytes
  heads.writeUInt32BE(crc32c(heads, crcEnd, end), 4)
}

/** Reads a header whose CRC is not checked yet; nothing if these bytes cannot be one. */
export function readGroupHeader(source: Buffer, at: number): GroupHeader | undefined {
  if (source.readUInt32BE(at) !== magic || source.readUInt32BE(at + crcEnd) !== version) {
    return undefined
  }
  return {
    epoch: Number(source.readBigUInt64BE(at + 12)),
    sequence: Number(source.readBigUInt64BE(at + 20)),
    frameCount: source.readUInt32BE(at + 28),
    payloadBytes: source.readUInt32BE(at + 32),
  }
}

export function writeFrameHeader(
  heads: Buffer,
  at: number,
  partitionKey: Buffer,
  segmentBase: bigint,
  position: number,
  batch: { readonly baseOffset: bigint; readonly sizeBytes: number; readonly crc: number },
): void {
  partitionKey.copy(heads, at, 0, partitionKeyBytes)
  heads.writeBigInt64BE(segmentBase, at + 20)
  heads.writeUInt32BE(position, at + 28)
  heads.writeBigInt64BE(batch.baseOffset, at + 32)
  heads.writeUInt32BE(batch.sizeBytes, at + 40)
  heads.writeUInt32BE(batch.crc, at + 44)
}

/** The frames of a whole group, if every checksum and length is right. */
export function readFrames(group: Buffer, header: GroupHeader): Frame[] | undefined {
  const headsEnd = groupHeaderBytes + header.frameCount * frameHeaderBytes
  if (headsEnd + header.payloadBytes > group.length) return undefined
  if (crc32c(group, crcEnd, headsEnd) !== group.readUInt32BE(4)) return undefined
  const frames: Frame[] = []
  let payloadAt = headsEnd
  for (let at = groupHeaderBytes; at < headsEnd; at += frameHeaderBytes) {
    const length = group.readUInt32BE(at + 40)
    const batch = group.subarray(payloadAt, payloadAt + length)
    if (!isBatchOf(batch, group, at)) return undefined
    frames.push({
      partitionKey: group.toString('hex', at, at + partitionKeyBytes),
      segmentBase: group.readBigInt64BE(at + 20),
      position: group.readUInt32BE(at + 28),
      baseOffset: group.readBigInt64BE(at + 32),
      batch,
    })
    payloadAt += length
  }
  return payloadAt === headsEnd + header.payloadBytes ? frames : undefined
}

/** Base offset, length, leader epoch 0, magic 2, CRC: the bytes that Kafka's CRC does not cover. */
function isBatchOf(batch: Buffer, heads: Buffer, at: number): boolean {
  const crc = heads.readUInt32BE(at + 44)
  return (
    batch.length > 21 &&
    batch.readBigInt64BE(0) === heads.readBigInt64BE(at + 32) &&
    batch.readUInt32BE(8) === batch.length - 12 &&
    batch.readUInt32BE(12) === 0 &&
    batch[16] === 2 &&
    batch.readUInt32BE(17) === crc &&
    crc32c(batch, 21) === crc
  )
}
