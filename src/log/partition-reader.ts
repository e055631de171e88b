import { wrongBatch } from './batch-walk.ts'
import { logError } from './errors.ts'
import type { HeaderWindow } from './header-window.ts'
import { Mark } from './mark.ts'
import type { Segment } from './segment.ts'

interface Piece {
  readonly segment: Segment
  readonly position: number
  readonly bytes: number
}

/** Whole batches, still in their files: read them with `copyInto` before anything else is awaited. */
export class LogSlice {
  readonly bytes: number
  readonly #pieces: readonly Piece[]

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
    this.bytes = pieces.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Copies all its bytes to `target`; throws damaged-segment. */
  copyInto(target: Buffer, at: number): void {
    let to = at
    for (const { segment, position, bytes } of this.#pieces) {
      const length = segment.log.read(target, to, bytes, position)
      if (length < bytes) throw damaged(segment, position + length, 'the file ends too early')
      if (position < segment.uncheckedBytes) checkPiece(segment, position, target, to, bytes)
      to += bytes
    }
  }
}

export const emptySlice = new LogSlice([])

/** How many places are remembered where reading goes on: one for each consumer at work. */
const placesKept = 16

/** Finds what a fetch asks for. Where one ended the next one starts, without a search. */
export class PartitionReader {
  readonly #segments: readonly Segment[]
  readonly #durable: Mark
  readonly #window: HeaderWindow
  readonly #places: Mark[] = []
  #nextPlace = 0

  constructor(segments: readonly Segment[], durable: Mark, window: HeaderWindow) {
    this.#segments = segments
    this.#durable = durable
    this.#window = window
  }

  /** `from` is at or after the first offset and before the durable one. */
  read(from: bigint, maxBytes: number, atLeastOne: boolean): LogSlice {
    let index = segmentIndexOf(this.#segments, from)
    let segment = this.#segments[index]
    let position = this.#knownPosition(segment, from) ?? segment?.positionOf(from) ?? 0
    const pieces: Piece[] = []
    let left = maxBytes
    while (segment !== undefined) {
      const isLast = segment === this.#durable.segment
      const end = isLast ? this.#durable.position : segment.sizeBytes
      let stop = end
      if (end - position > left) {
        stop = segment.batchEndWithin(position, position + left)
        if (stop === position && pieces.length === 0 && atLeastOne) {
          this.#window.mustLook(segment, position)
          stop += this.#window.sizeBytes
        }
      }
      if (stop > position) pieces.push({ segment, position, bytes: stop - position })
      left -= stop - position
      if (isLast || stop < end) {
        this.#rememberPlace(segment, stop)
        break
      }
      segment = this.#segments[++index]
      position = 0
    }
    return new LogSlice(pieces)
  }

  #knownPosition(segment: Segment | undefined, offset: bigint): number | undefined {
    const place = this.#places.find((one) => one.offset === offset && one.segment === segment)
    return place?.position
  }

  #rememberPlace(segment: Segment, position: number): void {
    const { offset, position: durable } = this.#durable
    const isAtDurable = segment === this.#durable.segment && position === durable
    if (!isAtDurable && !this.#window.look(segment, position)) return
    const next = isAtDurable ? offset : this.#window.baseOffset
    if (this.#knownPosition(segment, next) !== undefined) return
    const place = this.#places[this.#nextPlace]
    if (place === undefined) this.#places.push(new Mark(next, segment, position))
    else place.set(next, segment, position)
    this.#nextPlace = (this.#nextPlace + 1) % placesKept
  }
}

/** The index of the segment that holds an offset, the first one for what is before it. */
function segmentIndexOf(segments: readonly Segment[], offset: bigint): number {
  let low = 0
  let high = segments.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((segments[middle]?.baseOffset ?? 0n) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Batches that an earlier process wrote are checked when they are read. */
function checkPiece(
  segment: Segment,
  position: number,
  source: Buffer,
  from: number,
  bytes: number,
): void {
  const end = from + bytes
  let at = from
  let offset = source.readBigInt64BE(from)
  while (at < end && position + at - from < segment.uncheckedBytes) {
    const sizeBytes = 12 + source.readInt32BE(at + 8)
    const fits = sizeBytes > 60 && at + sizeBytes <= end
    const wrong = fits
      ? wrongBatch(source, at, sizeBytes, offset, segment.mayHaveGaps)
      : 'the length of a batch is impossible'
    if (wrong !== undefined) throw damaged(segment, position + at - from, wrong)
    offset = source.readBigInt64BE(at) + BigInt(source.readInt32BE(at + 23)) + 1n
    at += sizeBytes
  }
}

function damaged(segment: Segment, position: number, what: string) {
  return logError('damaged-segment', { path: segment.log.path, position, what })
}
