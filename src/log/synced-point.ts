import type { Newest } from './segment.ts'

/** A place between two batches of a partition, and what was known there. */
export interface KnownPlace {
  readonly segmentBase: bigint
  readonly offset: bigint
  readonly position: number
  readonly newest: Newest | undefined
  /** As `ProducerState.encoded` has them. */
  readonly producers: Buffer
}

export function placeAt(base: bigint, producers: Buffer): KnownPlace {
  return { segmentBase: base, offset: base, position: 0, newest: undefined, producers }
}

/**
 * Up to where a partition is on the disk once the checkpoint under way is done. One that syncs what
 * is finished and not what still grows moves it to the start of the last segment; there the
 * producers count as they were when that segment was begun.
 */
export class SyncedPoint {
  #at: KnownPlace
  #begun: KnownPlace | undefined

  constructor(at: KnownPlace) {
    this.#at = at
  }

  get at(): KnownPlace {
    return this.#at
  }

  /** A segment begins; to those before it nothing is appended any more. */
  begin(base: bigint, producers: Buffer): void {
    this.#begun = placeAt(base, producers)
  }

  /** All is going to be synced up to here. */
  moveTo(place: KnownPlace): void {
    this.#at = place
    this.#begun = undefined
  }

  /**
   * Whether it is enough to sync what lies before this segment, which grows: a point has to be in
   * it, and not below the first offset, which it would not reach after a power loss.
   */
  moveInto(growingBase: bigint, startOffset: bigint): boolean {
    const place = this.#begun ?? this.#at
    if (place.segmentBase !== growingBase || place.offset < startOffset) return false
    this.moveTo(place)
    return true
  }
}
