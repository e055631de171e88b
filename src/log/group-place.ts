import type { Written } from './commit.ts'
import { Mark } from './mark.ts'

/** How far a partition is in the groups of the journal: in the one that gathers, and in the one in flight. */
export class GroupPlace {
  /** Up to where the partition is durable once the group in flight is. */
  readonly inFlight: Mark
  readonly #gathering: Mark
  #isIn = false

  constructor(end: Mark) {
    this.inFlight = new Mark(end.offset, end.segment, end.position)
    this.#gathering = new Mark(end.offset, end.segment, end.position)
  }

  /** Takes batches into the group that gathers; says whether they are the partition's first in it. */
  join({ batches, endOffset, segment, position }: Written): boolean {
    this.#gathering.set(endOffset, segment, position + batches.length)
    if (this.#isIn) return false
    this.#isIn = true
    return true
  }

  /** The group that gathered is on its way to the disk. */
  leave(): void {
    this.inFlight.copy(this.#gathering)
    this.#isIn = false
  }
}
