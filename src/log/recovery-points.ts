/**
 * The file `recovery-points`: what a checkpoint has made sure of. Of each partition its first
 * offset, up to where its segments are on the disk, and its producers at that point; and the first
 * epoch of the journal that is needed beyond. It holds after a power loss.
 */
import { ByteReader, ByteWriter, MalformedBytes } from '../base/bytes.ts'
import type { Files } from '../base/files.ts'
import { logError } from './errors.ts'
import {
  beginPoints,
  type EncodedPoint,
  finishPoints,
  openPoints,
  type Points,
  readPoints,
  replaceFile,
} from './points-file.ts'
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

export interface RecoveryPoints {
  readonly firstEpoch: number
  readonly points: Points
}

const magic = 0x6c707473
const none = -1n

/** The producers are as `ProducerState.encoded` has them. */
export function encodePoint(point: RecoveryPoint, producers: Buffer): EncodedPoint {
  const writer = new ByteWriter(64)
  writer.int64(point.startOffset)
  writer.int64(point.segmentBase)
  writer.int64(point.offset)
  writer.uint32(point.position)
  writer.int64(point.newest?.offset ?? none)
  writer.int64(point.newest?.timestamp ?? 0n)
  writer.bytes(producers)
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

/** Where an encoded point is. */
export function pointPlace(encoded: EncodedPoint): { segmentBase: bigint; position: number } {
  const reader = new ByteReader(encoded, 8)
  const segmentBase = reader.int64()
  reader.int64()
  return { segmentBase, position: reader.uint32() }
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
  const writer = beginPoints(magic)
  writer.int64(BigInt(firstEpoch))
  return finishPoints(writer, points)
}

export function recoveryPointsPath(directory: string): string {
  return `${directory}/recovery-points`
}

/** Durable when it resolves. */
export async function storeRecoveryPoints(
  files: Files,
  directory: string,
  bytes: Buffer,
): Promise<void> {
  await replaceFile(files, recoveryPointsPath(directory), bytes, (file) => file.sync())
  await files.syncDirectory(directory)
}

/** Without the file everything is read again; a damaged one is not guessed at. */
export function loadRecoveryPoints(files: Files, directory: string): RecoveryPoints | undefined {
  const path = recoveryPointsPath(directory)
  try {
    const reader = openPoints(files, path, magic)
    if (reader === undefined) return undefined
    return { firstEpoch: Number(reader.int64()), points: readPoints(reader) }
  } catch (cause) {
    if (cause instanceof MalformedBytes) {
      throw logError('damaged-recovery-points', { path }, { cause })
    }
    throw cause
  }
}
