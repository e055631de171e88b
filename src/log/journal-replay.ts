import type { Files, OpenFile } from '../base/files.ts'
import { logError } from './errors.ts'
import { journalNames } from './journal.ts'
import {
  blockBytes,
  type Frame,
  type GroupHeader,
  groupBytes,
  readFrames,
  readGroupHeader,
} from './journal-format.ts'

export interface Replayed {
  /** The largest epoch seen, in good groups or bad ones. */
  readonly lastEpoch: number
  readonly groupCount: number
}

const scanBytes = 1024 * 1024

/**
 * Hands every frame of the groups from `firstEpoch` on to `onFrame`, in the order they were written.
 *
 * At most one group was on its way to the disk when the process ended, and the next is written only
 * after that one is synced. So the first bad group ends the journal; a good one behind it, or an
 * epoch or a group left out, means that acknowledged records are damaged: `damaged-journal`. Without
 * `firstEpoch` (no checkpoint is known) the oldest one there counts as the first.
 */
export function replayJournal(
  files: Files,
  directory: string,
  firstEpoch: number | undefined,
  onFrame: (frame: Frame) => void,
): Replayed {
  const parts = journalNames
    .map((name) => `${directory}/${name}`)
    .filter((path) => files.exists(path))
    .map((path) => JournalPart.read(files, path, firstEpoch ?? 0))
    .filter((part) => part.headers.length > 0)
    .sort((one, other) => one.epoch - other.epoch)
  try {
    checkOrder(parts, firstEpoch)
    let groupCount = 0
    for (const part of parts) {
      for (const frames of part.groups()) {
        groupCount++
        frames.forEach(onFrame)
      }
    }
    return { lastEpoch: Math.max(firstEpoch ?? 0, ...parts.map(({ epoch }) => epoch)), groupCount }
  } finally {
    for (const part of parts) part.close()
  }
}

function checkOrder(parts: readonly JournalPart[], firstEpoch: number | undefined): void {
  let expectedEpoch = firstEpoch ?? parts[0]?.epoch
  let expectedSequence: number | undefined
  for (const part of parts) {
    if (part.epoch !== expectedEpoch) {
      throw part.damaged(0, `it starts with epoch ${part.epoch}, epoch ${expectedEpoch} is missing`)
    }
    if (expectedSequence !== undefined && part.headers[0]?.sequence !== expectedSequence) {
      throw part.damaged(0, `the group before this one, number ${expectedSequence}, is missing`)
    }
    expectedEpoch = part.epoch + 1
    expectedSequence = part.lastSequence + 1
  }
}

/** One of the two files: its leading good groups of one epoch. */
class JournalPart {
  readonly path: string
  readonly headers: GroupHeader[] = []
  readonly #file: OpenFile
  readonly #size: number

  private constructor(path: string, file: OpenFile) {
    this.path = path
    this.#file = file
    this.#size = file.size()
  }

  static read(files: Files, path: string, firstEpoch: number): JournalPart {
    const part = new JournalPart(path, files.open(path, { readOnly: true }))
    let position = 0
    for (;;) {
      const header = part.#headerAt(position)
      if (header === undefined || header.epoch < firstEpoch) break
      if (part.headers.length > 0 && !part.#continues(header)) break
      if (part.#framesAt(position, header) === undefined) break
      part.headers.push(header)
      position += groupBytes(header)
    }
    part.#refuseGroupsBehind(position, firstEpoch)
    if (part.headers.length === 0) part.close()
    return part
  }

  get epoch(): number {
    return this.headers[0]?.epoch ?? -1
  }

  get lastSequence(): number {
    return this.headers[this.headers.length - 1]?.sequence ?? -1
  }

  *groups(): Generator<Frame[]> {
    let position = 0
    for (const header of this.headers) {
      yield this.#framesAt(position, header) ?? []
      position += groupBytes(header)
    }
  }

  damaged(position: number, what: string): Error {
    return logError('damaged-journal', { path: this.path, position, what })
  }

  close(): void {
    this.#file.close()
  }

  #continues(header: GroupHeader): boolean {
    return header.epoch === this.epoch && header.sequence === this.lastSequence + 1
  }

  #headerAt(position: number): GroupHeader | undefined {
    const block = Buffer.alloc(blockBytes)
    const length = this.#file.read(block, 0, blockBytes, position)
    return length === blockBytes ? readGroupHeader(block, 0) : undefined
  }

  #framesAt(position: number, header: GroupHeader): Frame[] | undefined {
    const bytes = groupBytes(header)
    if (position + bytes > this.#size) return undefined
    const group = Buffer.allocUnsafe(bytes)
    this.#file.read(group, 0, bytes, position)
    return readFrames(group, header)
  }

  #refuseGroupsBehind(end: number, firstEpoch: number): void {
    const piece = Buffer.allocUnsafe(Math.min(scanBytes, Math.max(0, this.#size - end)))
    for (let from = end; from < this.#size; from += piece.length) {
      const length = this.#file.read(piece, 0, piece.length, from)
      for (let at = 0; at + blockBytes <= length; at += blockBytes) {
        const header = readGroupHeader(piece, at)
        if (header === undefined || header.epoch < firstEpoch) continue
        if (this.#framesAt(from + at, header) === undefined) continue
        throw this.damaged(end, `a bad group stands before the good one at ${from + at}`)
      }
    }
  }
}
