/**
 * Which record of the target is which of the source. As long as both sides count alike, one entry
 * says it for all that follows; a new one stands where the distance changes (compacted records,
 * markers, another beginning). So every offset is translated exactly, also those of long ago.
 */
export interface MapEntry {
  readonly upstream: bigint
  readonly downstream: bigint
}

/** Of one partition. */
export class OffsetMap {
  /** In order, at both ends. */
  readonly #entries: MapEntry[] = []
  /** Behind the last record that has been mirrored, and what followed it that is none. */
  #end: MapEntry | undefined

  constructor(end?: MapEntry) {
    this.#end = end
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.length
  }

  /** Up to where records have been mirrored; undefined where none has. */
  get end(): MapEntry | undefined {
    return this.#end
  }

  /** So many records that have been mirrored, in order. The entry that is new with them, if there is one. */
  add(upstream: bigint, downstream: bigint, count = 1): MapEntry | undefined {
    const last = this.#entries.at(-1)
    const length = BigInt(count)
    this.#end = { upstream: upstream + length, downstream: downstream + length }
    if (last !== undefined && upstream - last.upstream === downstream - last.downstream) {
      return undefined
    }
    const entry = { upstream, downstream }
    this.restore(entry)
    return entry
  }

  /** Reading has come there past what is no record (markers, aborted ones); whether that is new. */
  passed(upstream: bigint): boolean {
    if (this.#end === undefined || upstream <= this.#end.upstream) return false
    this.#end = { ...this.#end, upstream }
    return true
  }

  /** An entry as it was stored; one that contradicts others takes their place. */
  restore(entry: MapEntry): void {
    while ((this.#entries.at(-1)?.upstream ?? -1n) >= entry.upstream) this.#entries.pop()
    this.#entries.push(entry)
  }

  /** What is known of how far records have been mirrored. */
  reached(end: MapEntry): void {
    if (this.#end === undefined || end.upstream > this.#end.upstream) this.#end = end
  }

  /**
   * Where at the target reading goes on that has come to `upstream` at the source. Undefined where
   * that is not mirrored yet, or stood before all that was.
   */
  downstreamOf(upstream: bigint): bigint | undefined {
    if (this.#end === undefined || upstream > this.#end.upstream) return undefined
    if (upstream === this.#end.upstream) return this.#end.downstream
    return between(this.#entries, this.#end, upstream, 'upstream', 'downstream')
  }

  /** The other way: for whoever comes back. */
  upstreamOf(downstream: bigint): bigint | undefined {
    if (this.#end === undefined || downstream > this.#end.downstream) return undefined
    if (downstream === this.#end.downstream) return this.#end.upstream
    return between(this.#entries, this.#end, downstream, 'downstream', 'upstream')
  }
}

/** What is missing on the other side is followed there by the first record of the next stretch. */
function between(
  entries: readonly MapEntry[],
  end: MapEntry,
  offset: bigint,
  from: keyof MapEntry,
  to: keyof MapEntry,
): bigint {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle] as MapEntry)[from] <= offset) low = middle + 1
    else high = middle
  }
  const [found, next] = [entries[low - 1], entries[low] ?? end]
  // Before all that was mirrored: everything there is still to be read.
  if (found === undefined) return next[to]
  const there = found[to] + (offset - found[from])
  return there > next[to] ? next[to] : there
}
