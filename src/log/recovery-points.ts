/**
 * The file `recovery-points`: what a checkpoint has made sure of. Of each partition its first
 * offset, up to where its segments are on the disk, and its producers at that point; and the first
 * epoch of the journal that is needed beyond. Replaced as a whole (written aside, synced, renamed),
 * so it is always that of one checkpoint.
 */
import { ByteReader, ByteWriter, MalformedBytes } from '../base/bytes.ts'
import { crc32c } from '../base/crc32c.ts'
import type { Files } from '../base/files.ts'
import { logError } from './errors.ts'
import type { ProducerState } from './producer-state.ts'
import type { Newest } from './segment.ts'

export interface RecoveryPoint {
  readonly startOffset: bigint
  readonly segmentBase: bigint
  readonly offset: bigint
  readonly position: number
  /** The largest timestamp in the segment, up to the position. */
  readonly newest: Newest | undefined
  readonly cleaned: CleanedTo
}

/** How far compaction has come in a partition. */
export interface CleanedTo {
  /** Segments that begin below it may have offsets left out. */
  readonly gapsBelow: bigint
  /** What is below it has no key twice. */
  readonly firstDirty: bigint
}

export const neverCleaned: CleanedTo = { gapsBelow: 0n, firstDirty: 0n }

/** A point and the producers, as bytes: they are written again at each checkpoint, read once. */
export type EncodedPoint = Buffer

export interface RecoveryPoints {
  readonly firstEpoch: number
  /** By partition key (topic id and partition, in hexadecimal). */
  readonly points: ReadonlyMap<string, EncodedPoint>
}

const magic = 0x6c707473
const version = 1
const headerBytes = 8
const none = -1n

export function encodePoint(point: RecoveryPoint, producers: ProducerState): EncodedPoint {
  const writer = new ByteWriter(64)
  writer.int64(point.startOffset)
  writer.int64(point.segmentBase)
  writer.int64(point.offset)
  writer.uint32(point.position)
  writer.int64(point.newest?.offset ?? none)
  writer.int64(point.newest?.timestamp ?? 0n)
  producers.write(writer)
  writer.int64(point.cleaned.gapsBelow)
  writer.int64(point.cleaned.firstDirty)
  return writer.done()
}

/** Fills `producers` with what was known of them at the point. */
export function decodePoint(encoded: EncodedPoint, producers: ProducerState): RecoveryPoint {
  const reader = new ByteReader(encoded)
  const startOffset = reader.int64()
  const segmentBase = reader.int64()
  const offset = reader.int64()
  const position = reader.uint32()
  const newest = { offset: reader.int64(), timestamp: reader.int64() }
  producers.read(reader)
  // Points from before there was compaction end here.
  const cleaned =
    reader.remaining === 0
      ? neverCleaned
      : { gapsBelow: reader.int64(), firstDirty: reader.int64() }
  return {
    startOffset,
    segmentBase,
    offset,
    position,
    newest: newest.offset === none ? undefined : newest,
    cleaned,
  }
}

/** The point of a partition of which nothing is known to be on the disk. */
export function pointAt(base: bigint, cleaned = neverCleaned): RecoveryPoint {
  const start = { startOffset: base, segmentBase: base, offset: base, position: 0 }
  return { ...start, newest: undefined, cleaned }
}

/** Without any checkpoint: compaction may have been wherever nothing is appended any more. */
export function pointOfAll(bases: readonly bigint[]): RecoveryPoint {
  const gapsBelow = bases[bases.length - 1] ?? 0n
  return pointAt(bases[0] ?? 0n, { gapsBelow, firstDirty: 0n })
}

export function encodeRecoveryPoints({ firstEpoch, points }: RecoveryPoints): Buffer {
  const writer = new ByteWriter(4096)
  writer.uint32(magic)
  writer.uint32(0)
  writer.uint32(version)
  writer.int64(BigInt(firstEpoch))
  writer.uint32(points.size)
  for (const [key, point] of points) {
    writer.bytes(Buffer.from(key, 'hex'))
    writer.uint32(point.length)
    writer.bytes(point)
  }
  const bytes = writer.done()
  bytes.writeUInt32BE(crc32c(bytes, headerBytes), 4)
  return bytes
}

export function recoveryPointsPath(directory: string): string {
  return `${directory}/recovery-points`
}

export async function storeRecoveryPoints(
  files: Files,
  directory: string,
  bytes: Buffer,
): Promise<void> {
  const path = recoveryPointsPath(directory)
  const aside = `${path}.new`
  const file = files.open(aside, { create: true })
  try {
    file.truncate(0)
    file.write(bytes, 0)
    await file.sync()
  } finally {
    file.close()
  }
  files.rename(aside, path)
  await files.syncDirectory(directory)
}

/** Without the file everything is read again; a damaged one is not guessed at. */
export function loadRecoveryPoints(files: Files, directory: string): RecoveryPoints | undefined {
  const path = recoveryPointsPath(directory)
  if (!files.exists(path)) return undefined
  const file = files.open(path, { readOnly: true })
  const bytes = Buffer.alloc(file.size())
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  try {
    return decode(bytes)
  } catch (cause) {
    if (cause instanceof MalformedBytes) {
      throw logError('damaged-recovery-points', { path }, { cause })
    }
    throw cause
  }
}

function decode(bytes: Buffer): RecoveryPoints {
  const reader = new ByteReader(bytes)
  if (reader.uint32() !== magic) throw new MalformedBytes('it does not start as such a file does')
  if (reader.uint32() !== crc32c(bytes, headerBytes)) throw new MalformedBytes('the CRC is wrong')
  if (reader.uint32() !== version) throw new MalformedBytes('its version is unknown')
  const firstEpoch = Number(reader.int64())
  const points = new Map<string, EncodedPoint>()
  for (let left = reader.uint32(); left > 0; left--) {
    const key = reader.bytes(20).toString('hex')
    points.set(key, Buffer.from(reader.bytes(reader.uint32())))
  }
  return { firstEpoch, points }
}
