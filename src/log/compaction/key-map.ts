import { hash } from 'node:crypto'

/** A hash of this length stands for the key itself: two keys that share one are not found in a lifetime. */
const hashWords = 4
const bytesPerSlot = hashWords * 4 + 8
/** Beyond this a search has to look at too many slots. */
const mostFilled = 0.9

/**
 * The last offset of each key, in memory that is bounded whatever the keys are: a table of hashes
 * and offsets, open addressing, as Kafka's own cleaner has it.
 */
export class KeyMap {
  readonly #slots: number
  readonly #most: number
  readonly #hashes: Int32Array
  /** Counted from the base, from 1 on: 0 is an empty slot. */
  readonly #offsets: Float64Array
  readonly #base: bigint
  #count = 0

  /** `base` is the smallest offset that is put; no more than `keys` of them, nor than `bytes` hold. */
  constructor(base: bigint, { keys, bytes }: { readonly keys: number; readonly bytes: number }) {
    const wanted = Math.ceil(keys / mostFilled) + 1
    this.#slots = Math.max(2, Math.min(wanted, Math.floor(bytes / bytesPerSlot)))
    this.#most = Math.max(1, Math.floor(this.#slots * mostFilled))
    this.#hashes = new Int32Array(this.#slots * hashWords)
    this.#offsets = new Float64Array(this.#slots)
    this.#base = base
  }

  get count(): number {
    return this.#count
  }

  /** Offsets of a key come in ascending order. False, with nothing noted, where there is no room. */
  put(key: Buffer, offset: bigint): boolean {
    const digest = digestOf(key)
    const slot = this.#slotOf(digest)
    if (this.#offsets[slot] === 0) {
      if (this.#count === this.#most) return false
      this.#count++
      this.#hashes.set(digest, slot * hashWords)
    }
    this.#offsets[slot] = Number(offset - this.#base) + 1
    return true
  }

  lastOffsetOf(key: Buffer): bigint | undefined {
    const found = this.#offsets[this.#slotOf(digestOf(key))] ?? 0
    return found === 0 ? undefined : this.#base + BigInt(found - 1)
  }

  /** The slot of this hash, or the empty one where it would stand; there is always an empty one. */
  #slotOf(digest: Int32Array): number {
    let slot = ((digest[0] ?? 0) >>> 0) % this.#slots
    while (this.#offsets[slot] !== 0 && !this.#isAt(slot, digest)) slot = (slot + 1) % this.#slots
    return slot
  }

  #isAt(slot: number, digest: Int32Array): boolean {
    const from = slot * hashWords
    for (let word = 0; word < hashWords; word++) {
      if (this.#hashes[from + word] !== digest[word]) return false
    }
    return true
  }
}

const digestWords = new Int32Array(hashWords)

/** Of a hash that nobody can make collide on purpose; valid until the next call. */
function digestOf(key: Buffer): Int32Array {
  const digest = hash('sha256', key, 'buffer')
  for (let word = 0; word < hashWords; word++) digestWords[word] = digest.readInt32LE(word * 4)
  return digestWords
}
