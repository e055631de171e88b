import type { Files } from '../base/files.ts'
import { walkBatches } from './batch-walk.ts'
import { FileCache } from './cached-file.ts'
import { swapBasesIn, swapSuffix } from './compaction/swap.ts'
import { topicsFolder } from './data-directory.ts'
import { HeaderWindow } from './header-window.ts'
import { refuseIfHeld } from './lock.ts'
import { basesIn, readPartitionFolder } from './partition-folder.ts'
import { partitionKey } from './partition-identity.ts'
import { type Processes, systemProcesses } from './processes.ts'
import { ProducerState } from './producer-state.ts'
import { deletedSuffix } from './recovery.ts'
import {
  decodePoint,
  loadRecoveryPoints,
  pointAt,
  pointOfAll,
  type RecoveryPoint,
} from './recovery-points.ts'
import { Segment } from './segment.ts'
import { defaultSettings } from './settings.ts'
import { loadWrittenPoints } from './written-points.ts'

/** Something that is wrong, at a position of a file. */
export interface Problem {
  readonly path: string
  readonly position: number
  readonly what: string
}

/** What was read. */
export interface Verification {
  partitions: number
  segments: number
  batches: number
  records: number
  bytes: number
  /** Behind the points where the next start begins: what the next start still has to bring in order, or cuts. */
  unfinishedBytes: number
  problems: number
}

export interface VerifyOptions {
  readonly files: Files
  readonly onProblem: (problem: Problem) => void
  readonly processes?: Processes
}

/**
 * Reads every batch of a data directory that no process uses, and changes nothing: CRC-32C, offsets
 * without a gap, index entries that point where they say. Throws directory-locked,
 * damaged-recovery-points, damaged-partition.
 */
export async function verifyDirectory(
  directory: string,
  { files, onProblem, processes = systemProcesses }: VerifyOptions,
): Promise<Verification> {
  refuseIfHeld(files, directory, processes)
  const found = partitionsIn(files, directory)
  const known = loadRecoveryPoints(files, directory)
  const points = known?.points
  const folders = new Map(found.map(({ key, folder }) => [key, folder]))
  // It only saves time, so it is no problem if it does not count.
  const written = loadWrittenPoints(files, directory, { known, processes, folders }, () => {})
  const cache = new FileCache(files, defaultSettings.openFiles)
  const verifier = new Verifier(cache, onProblem)
  try {
    for (const { key, folder } of found) {
      const encoded = written?.get(key) ?? points?.get(key)
      // Without any checkpoint all there is counts as finished.
      const young = points === undefined ? undefined : pointAt(0n)
      const point =
        encoded === undefined ? young : decodePoint(encoded, new ProducerState(defaultSettings))
      verifier.partition(folder, point)
      // Between partitions whoever else runs here has a turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return verifier.result
  } finally {
    cache.closeAll()
  }
}

function partitionsIn(files: Files, directory: string): { key: string; folder: string }[] {
  return files.list(topicsFolder(directory)).flatMap((name) => {
    if (name.endsWith(deletedSuffix)) return []
    const folder = `${topicsFolder(directory)}/${name}`
    const identity = readPartitionFolder(files, folder, name)
    return identity === undefined ? [] : { key: partitionKey(identity).toString('hex'), folder }
  })
}

class Verifier {
  readonly result: Verification = {
    partitions: 0,
    segments: 0,
    batches: 0,
    records: 0,
    bytes: 0,
    unfinishedBytes: 0,
    problems: 0,
  }
  readonly #cache: FileCache
  readonly #onProblem: (problem: Problem) => void
  readonly #window = new HeaderWindow()

  constructor(cache: FileCache, onProblem: (problem: Problem) => void) {
    this.#cache = cache
    this.#onProblem = onProblem
  }

  partition(folder: string, point: RecoveryPoint | undefined): void {
    this.result.partitions++
    const names = this.#cache.files.list(folder)
    const bases = basesIn(names)
    const { gapsBelow } = (point ?? pointOfAll(bases)).cleaned
    const swaps = new Set(swapBasesIn(names))
    let swapEnd = 0n
    let nextOffset = point?.startOffset
    for (const base of ascending(new Set([...bases, ...swaps]))) {
      // The next start removes it: the cleaned segment before it has what is left of it.
      if (base < swapEnd) continue
      const suffix = swaps.has(base) ? swapSuffix : ''
      const segment = new Segment(this.#cache, folder, base, this.#window, suffix)
      segment.sizeBytes = segment.log.size()
      segment.mayHaveGaps = base < gapsBelow
      const isFinished = point === undefined || base < point.segmentBase
      if (isFinished && base > gapsBelow && nextOffset !== undefined && nextOffset < base) {
        const what = `the segment starts at offset ${base} where ${nextOffset} comes next`
        this.#problem(segment.log.path, 0, what)
      }
      nextOffset = this.#segment(segment, point)
      if (swaps.has(base)) swapEnd = nextOffset ?? 0n
    }
  }

  /** Returns the offset after its last batch, if all of it can be read. */
  #segment(segment: Segment, point: RecoveryPoint | undefined): bigint | undefined {
    const { result } = this
    result.segments++
    const starts = new Map<number, bigint>()
    const { baseOffset, mayHaveGaps } = segment
    const from = { position: 0, offset: baseOffset, mayHaveGaps }
    const end = walkBatches(segment.log, from, segment.sizeBytes, (header, position) => {
      result.batches++
      result.records += header.recordCount
      starts.set(position, header.baseOffset + BigInt(header.lastOffsetDelta))
    })
    result.bytes += end.position
    const syncedBytes = syncedBytesOf(segment, point)
    if (end.position < syncedBytes) {
      this.#problem(segment.log.path, end.position, end.wrong ?? 'the file ends too early')
      return undefined
    }
    result.unfinishedBytes += segment.sizeBytes - Math.min(segment.sizeBytes, syncedBytes)
    this.#index(segment, starts, syncedBytes)
    return end.nextOffset
  }

  /** Entries behind the recovery point are made again at the next start. */
  #index(segment: Segment, starts: ReadonlyMap<number, bigint>, syncedBytes: number): void {
    const { offsets } = segment.indexes
    for (let index = 0; index < offsets.count; index++) {
      const { relativeOffset, position } = offsets.at(index)
      if (position >= syncedBytes) return
      if (starts.get(position) !== segment.baseOffset + BigInt(relativeOffset)) {
        this.#problem(offsets.file.path, index * 8, 'an entry points to no batch that ends there')
        return
      }
    }
  }

  #problem(path: string, position: number, what: string): void {
    this.result.problems++
    this.#onProblem({ path, position, what })
  }
}

/** How much of a segment a checkpoint has made sure of; all of it if there was none. */
function syncedBytesOf(segment: Segment, point: RecoveryPoint | undefined): number {
  if (point === undefined || segment.baseOffset < point.segmentBase) return segment.sizeBytes
  return segment.baseOffset === point.segmentBase ? point.position : 0
}

function ascending(offsets: Iterable<bigint>): bigint[] {
  return [...offsets].sort((one, other) => (one < other ? -1 : 1))
}
