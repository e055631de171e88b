import type { Clock } from './clock.ts'
import { RecentlyUsed } from './recently-used.ts'

export interface ArrivalLimits {
  /** Connections of one address at a time. */
  readonly mostOfAddress: number
  /** New connections of one address in a second; a second's worth can be saved up. */
  readonly mostPerSecond: number
}

interface Bucket {
  tokens: number
  updatedMs: number
}

/** How many addresses are remembered that come too fast; who was silent longest is forgotten first. */
const mostBuckets = 10_000

/** How many connections each address has, and how fast it opens new ones. */
export class Arrivals {
  readonly #limits: ArrivalLimits
  readonly #clock: Clock
  readonly #open = new Map<string, number>()
  readonly #buckets = new RecentlyUsed<string, Bucket>(mostBuckets)

  constructor(limits: ArrivalLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** The limit that one more of this address would break; undefined where it may be, and is counted. */
  add(address: string): keyof ArrivalLimits | undefined {
    const { mostOfAddress, mostPerSecond } = this.#limits
    const open = this.#open.get(address) ?? 0
    if (open >= mostOfAddress) return 'mostOfAddress'
    const bucket = this.#bucketOf(address)
    const nowMs = this.#clock.now()
    const saved = ((nowMs - bucket.updatedMs) / 1000) * mostPerSecond
    bucket.tokens = Math.min(mostPerSecond, bucket.tokens + saved)
    bucket.updatedMs = nowMs
    if (bucket.tokens < 1) return 'mostPerSecond'
    bucket.tokens -= 1
    this.#open.set(address, open + 1)
    return undefined
  }

  /** A connection that was counted is closed. */
  remove(address: string): void {
    const left = (this.#open.get(address) ?? 1) - 1
    if (left === 0) this.#open.delete(address)
    else this.#open.set(address, left)
  }

  #bucketOf(address: string): Bucket {
    const known = this.#buckets.get(address)
    if (known !== undefined) return known
    const bucket = { tokens: this.#limits.mostPerSecond, updatedMs: this.#clock.now() }
    this.#buckets.set(address, bucket)
    return bucket
  }
}
