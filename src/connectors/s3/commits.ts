import type { Clock } from '../../base/clock.ts'
import type { ObjectNames } from './object-names.ts'
import type { Store } from './stores/index.ts'

/** Longer than a task can sleep and be awake again before its group tells it what it has lost. */
const keptMs = 15 * 60_000

interface Commit {
  /** The offset behind the last record. */
  readonly next: string
  readonly objects: readonly string[]
}

/**
 * Where the records of a partition are cut into commits. The cut is written before the files get
 * their names, and only once: whoever comes to the same records again, after a crash or because
 * somebody else still believed to own the partition, cuts at the same place and makes the same files.
 */
export class Commits {
  readonly #store: Store
  readonly #names: ObjectNames
  readonly #topic: string
  readonly #partition: number
  readonly #clock: Clock
  /** Where they begin and since when they are known, by where they end. */
  readonly #kept = new Map<bigint, { readonly start: bigint; readonly atMs: number }>()

  constructor(
    { store, clock }: { readonly store: Store; readonly clock: Clock },
    names: ObjectNames,
    topic: string,
    partition: number,
  ) {
    this.#store = store
    this.#clock = clock
    this.#names = names
    this.#topic = topic
    this.#partition = partition
  }

  /** Where the commit that begins there ends, if somebody has begun it. */
  async cutOf(start: bigint): Promise<bigint | undefined> {
    const key = this.#keyOf(start)
    const bytes = await this.#store.read(key)
    if (bytes === undefined) return undefined
    const next = nextIn(bytes.toString())
    if (next !== undefined && next > start) {
      this.#keep(start, next)
      return next
    }
    throw new Error(`The object '${key}' should say where a commit ends, but does not; delete it`)
  }

  async write(start: bigint, next: bigint, objects: readonly string[]): Promise<void> {
    const commit: Commit = { next: `${next}`, objects }
    const key = this.#keyOf(start)
    if (!(await this.#store.create(key, Buffer.from(JSON.stringify(commit))))) {
      const other = await this.cutOf(start)
      if (other !== next) {
        throw new Error(
          `Another task has cut ${this.#topic}-${this.#partition} at offset ${other}; reading begins anew at ${start}`,
        )
      }
    }
    this.#keep(start, next)
  }

  /**
   * The group reads from there on. Whoever slept meanwhile may still believe to own what is before,
   * so the cuts stay for a while.
   */
  async forget(next: bigint): Promise<void> {
    for (const [end, { start, atMs }] of this.#kept) {
      if (end > next || this.#clock.now() - atMs < keptMs) continue
      await this.#store.remove(this.#keyOf(start))
      this.#kept.delete(end)
    }
  }

  #keep(start: bigint, next: bigint): void {
    this.#kept.set(next, { start, atMs: this.#clock.now() })
  }

  #keyOf(start: bigint): string {
    return this.#names.ofCommit(this.#topic, this.#partition, start)
  }
}

function nextIn(text: string): bigint | undefined {
  try {
    return BigInt((JSON.parse(text) as Commit).next)
  } catch {
    return undefined
  }
}
