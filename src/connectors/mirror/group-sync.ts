/** Sets the positions of groups where nobody uses them: at the target, and at the source for who comes back. */
import { isRetriable } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Clusters } from './clusters.ts'
import { type Move, moveBetween, type Stand } from './group-stand.ts'
import { type GroupPosition, groupStateOf, isFree, setPositions } from './groups.ts'

export interface SyncDirections {
  readonly there: boolean
  readonly back: boolean
}

/** Groups that are used at an end go their own way there, and none goes back. */
export async function syncGroup(
  group: string,
  stands: readonly Stand[],
  clusters: Clusters,
  directions: SyncDirections,
): Promise<void> {
  for (const at of ['target', 'source'] as const) {
    if (!(at === 'target' ? directions.there : directions.back)) continue
    const moves = stands.flatMap((stand) => {
      const move = moveBetween(stand.map, stand.source?.offset, stand.target?.offset)
      return move?.at === at ? [moved(stand, move)] : []
    })
    if (moves.length === 0) continue
    const { state } = await groupStateOf(clusters[at], group)
    if (isFree(state)) await setPositions(clusters[at], group, moves)
  }
}

function moved(stand: Stand, { at, offset }: Move): GroupPosition {
  const { topic, remote, partition } = stand
  const metadata = (at === 'target' ? stand.source : stand.target)?.metadata ?? ''
  return { topic: at === 'target' ? remote : topic, partition, offset, metadata }
}

/** What one group is refused keeps the others from nothing; it is said once. */
export class GroupProblems {
  readonly #logger: Logger
  readonly #told = new Map<string, string>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Undefined where it failed. Throws what passes by itself. */
  async except<Value>(group: string, action: () => Promise<Value>): Promise<Value | undefined> {
    try {
      const value = await action()
      this.#told.delete(group)
      return value
    } catch (error) {
      if (isRetriable(error) || !(error instanceof Error)) throw error
      if (this.#told.get(group) !== error.message) {
        this.#told.set(group, error.message)
        this.#logger.warn('The positions of a group are not mirrored', {
          group,
          why: error.message,
        })
      }
      return undefined
    }
  }
}
