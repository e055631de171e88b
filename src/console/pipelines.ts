/** Pipelines of this process, as far as somebody may see them. */
import type { Rights } from '../access/rights.ts'

/** What a pipeline is and does, as it tells it itself. */
export interface PipelineTold {
  readonly name: string
  /** It reads as this group, whose lag is the pipeline's. */
  readonly group: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly state: 'RUNNING' | 'FAILED' | 'STOPPED'
  /** Why it failed last. */
  readonly why?: string
  readonly read: number
  readonly written: number
  readonly failed: number
  readonly late: number
}

/** A reason may tell of any of its topics: it is for whoever may see all of them. */
export function visiblePipelines(all: readonly PipelineTold[], rights: Rights): PipelineTold[] {
  const shows = (topic: string) => rights.shows('Describe', 'Topic', topic)
  return all
    .filter(({ group }) => rights.shows('Describe', 'Group', group))
    .map(({ why, from, to, ...rest }) => ({
      ...rest,
      from: from.filter(shows),
      to: to.filter(shows),
      ...(why !== undefined && [...from, ...to].every(shows) && { why }),
    }))
}
