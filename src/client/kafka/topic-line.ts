import type { Random } from '../../base/random.ts'
import { between } from '../../base/random.ts'
import type { TopicInfo } from './cluster.ts'
import { PartitionQueue } from './partition-queue.ts'
import { partitionOfKey } from './partitioner.ts'

/** A topic as a producer sees it: its queues, and which of them the next record goes to. */
export class TopicLine {
  readonly #name: string
  readonly #batchBytes: number
  readonly #random: Random
  readonly #queues = new Map<number, PartitionQueue>()
  #sticky: number | undefined

  constructor(name: string, batchBytes: number, random: Random) {
    this.#name = name
    this.#batchBytes = batchBytes
    this.#random = random
  }

  /** Undefined if the topic has no such partition. */
  queueFor(
    { partitions }: TopicInfo,
    key: Uint8Array | null,
    partition: number | undefined,
  ): PartitionQueue | undefined {
    const chosen =
      partition ??
      (key === null ? this.#stickyOf(partitions) : partitionOfKey(key, partitions.length))
    if (!partitions.some((one) => one.partition === chosen)) return undefined
    const known = this.#queues.get(chosen)
    if (known !== undefined) return known
    const queue = new PartitionQueue(this.#name, chosen, this.#batchBytes)
    this.#queues.set(chosen, queue)
    return queue
  }

  /** Records without a key stay with one partition until a batch of it went out (KIP-480). */
  batchTaken(partition: number): void {
    if (partition === this.#sticky) this.#sticky = undefined
  }

  #stickyOf(partitions: TopicInfo['partitions']): number {
    if (this.#sticky !== undefined) return this.#sticky
    const led = partitions.filter(({ leader }) => leader >= 0)
    const among = led.length > 0 ? led : partitions
    this.#sticky = among[between(this.#random, 0, among.length - 1)]?.partition ?? 0
    return this.#sticky
  }
}
