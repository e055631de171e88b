import type { Segment } from './segment.ts'

/** A place between two batches of a partition. It moves in place, so that no append allocates one. */
export class Mark {
  offset: bigint
  segment: Segment
  position: number

  constructor(offset: bigint, segment: Segment, position: number) {
    this.offset = offset
    this.segment = segment
    this.position = position
  }

  set(offset: bigint, segment: Segment, position: number): void {
    this.offset = offset
    this.segment = segment
    this.position = position
  }

  copy(other: Mark): void {
    this.set(other.offset, other.segment, other.position)
  }
}
