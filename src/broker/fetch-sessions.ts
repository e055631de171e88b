import { between, type Random } from '../base/random.ts'

/** A partition that a client reads, as it last asked for it. */
export interface FetchTarget {
  readonly topic: string
  /** Base64url; empty where the version of the request names topics. */
  readonly topicId: string
  readonly partition: number
  fetchOffset: bigint
  maxBytes: number
  currentLeaderEpoch: number
  /** What the client was last told, so that an answer may leave out what did not change. */
  highWatermark: bigint
  logStartOffset: bigint
}

export interface FetchSession {
  readonly id: number
  epoch: number
  /** In the order in which they are served; who got records goes to the end, so that none starves. */
  readonly targets: Map<string, FetchTarget>
}

const largestId = 2 ** 31 - 1

/**
 * The sessions of incremental fetches (KIP-227): a client names its partitions once and later only
 * what changed. They are forgotten, oldest first, when there are too many: the client then begins
 * a new one by itself.
 */
export class FetchSessions {
  readonly #random: Random
  readonly #most: number
  readonly #sessions = new Map<number, FetchSession>()

  constructor(random: Random, most: number) {
    this.#random = random
    this.#most = most
  }

  get size(): number {
    return this.#sessions.size
  }

  /** A new session; undefined where there may be none. */
  create(targets: Map<string, FetchTarget>): FetchSession | undefined {
    if (this.#most === 0) return undefined
    let id = 0
    while (id === 0 || this.#sessions.has(id)) id = between(this.#random, 1, largestId)
    const session = { id, epoch: 1, targets }
    this.#sessions.set(id, session)
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#most) break
      this.#sessions.delete(oldest)
    }
    return session
  }

  /** The session of this id, which is now the most recently used one. */
  use(id: number): FetchSession | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined) return undefined
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
    return session
  }

  remove(id: number): void {
    this.#sessions.delete(id)
  }
}

/** The epoch after this one: 0 is for new sessions, so it is left out. */
export function nextEpoch(epoch: number): number {
  return epoch === largestId ? 1 : epoch + 1
}

export function targetKey(topic: string, topicId: string, partition: number): string {
  return `${topicId === '' ? topic : topicId}/${partition}`
}
