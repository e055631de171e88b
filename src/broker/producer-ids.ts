import { type ClusterState, clusterEntry } from './cluster-state.ts'
import type { StateTopic } from './state-topic.ts'

const blockSize = 1000n

/**
 * Hands out producer ids, each once in the life of a cluster. A block of them is reserved on disk
 * before its first is given, so that a crash wastes ids and never repeats one.
 */
export class ProducerIds {
  readonly #state: ClusterState
  readonly #topic: StateTopic
  #next = 0n
  #end = 0n
  #reserving: Promise<void> | undefined

  constructor(state: ClusterState, topic: StateTopic) {
    this.#state = state
    this.#topic = topic
  }

  async next(): Promise<bigint> {
    while (this.#next === this.#end) {
      this.#reserving ??= this.#reserve().finally(() => {
        this.#reserving = undefined
      })
      await this.#reserving
    }
    return this.#next++
  }

  async #reserve(): Promise<void> {
    const first = this.#state.nextProducerId
    const end = first + blockSize
    await this.#topic.put([clusterEntry('producer-ids', '', { next: String(end) })])
    this.#next = first
    this.#end = end
  }
}
