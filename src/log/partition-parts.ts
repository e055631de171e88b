import type { Clock } from '../base/clock.ts'
import type { Burst } from './burst.ts'
import type { FileCache } from './cached-file.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Commit, OnDurable } from './commit.ts'
import type { HeaderWindow } from './header-window.ts'
import type { PartitionIdentity } from './partition-identity.ts'
import type { ProducerState } from './producer-state.ts'
import type { CleanedTo } from './recovery-points.ts'
import type { Seal } from './seal.ts'
import type { Segment } from './segment.ts'
import type { LogSettings } from './settings.ts'
import type { KnownPlace } from './synced-point.ts'

/** What all partitions of a log share. */
export interface LogParts {
  readonly cache: FileCache
  readonly window: HeaderWindow
  readonly clock: Clock
  readonly settings: LogSettings
  readonly seal: Seal
  readonly burst: Burst
  readonly commit: Commit
  readonly checkpoints: Checkpoints
  readonly onDurable: OnDurable
}

/** What recovery found, or a new partition starts with. */
export interface PartitionContents {
  readonly identity: PartitionIdentity
  readonly folder: string
  /** Never empty; the last one is appended to. */
  readonly segments: Segment[]
  readonly startOffset: bigint
  readonly endOffset: bigint
  readonly producers: ProducerState
  readonly cleaned: CleanedTo
  /** Up to where an earlier checkpoint has synced it. */
  readonly synced: KnownPlace
}
