import type { Clock } from '../base/clock.ts'
import type { PartitionLog } from '../log/index.ts'

interface Waiter {
  readonly wake: () => void
}

/**
 * Where fetches wait for records. Whoever enters names its partitions and is woken by the first of
 * them that moves, by its time running out, or by leaving.
 */
export class WaitingRoom {
  readonly #clock: Clock
  readonly #waiters = new Map<PartitionLog, Set<Waiter>>()
  #size = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many are waiting. */
  get size(): number {
    return this.#size
  }

  /** Resolves when one of the partitions moved (true) or when the time is over or the signal fired (false). */
  wait(partitions: readonly PartitionLog[], ms: number, gone: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (moved: boolean) => {
        timer.cancel()
        gone.removeEventListener('abort', timeIsOver)
        for (const partition of partitions) this.#remove(partition, waiter)
        this.#size -= 1
        resolve(moved)
      }
      const timeIsOver = () => leave(false)
      const waiter = { wake: () => leave(true) }
      const timer = this.#clock.after(ms, timeIsOver)
      gone.addEventListener('abort', timeIsOver)
      for (const partition of partitions) this.#add(partition, waiter)
      this.#size += 1
    })
  }

  /** Wakes all who wait for this partition. */
  wake(partition: PartitionLog): void {
    const waiters = this.#waiters.get(partition)
    if (waiters === undefined) return
    for (const waiter of [...waiters]) waiter.wake()
  }

  #add(partition: PartitionLog, waiter: Waiter): void {
    const waiters = this.#waiters.get(partition)
    if (waiters === undefined) this.#waiters.set(partition, new Set([waiter]))
    else waiters.add(waiter)
  }

  #remove(partition: PartitionLog, waiter: Waiter): void {
    const waiters = this.#waiters.get(partition)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiters.delete(partition)
  }
}
