import { NameFilter } from './filter.ts'
import { isCycle, type ReplicationPolicy } from './policy.ts'

interface SelectionValues {
  readonly topics: readonly string[]
  readonly 'topics.exclude': readonly string[]
  readonly 'target.cluster.alias': string
}

/** Which topics of the source are mirrored, and why the others are not. */
export class TopicSelection {
  readonly #filter: NameFilter
  readonly #policy: ReplicationPolicy
  readonly #target: string

  constructor(values: SelectionValues, policy: ReplicationPolicy) {
    this.#filter = new NameFilter(values.topics, values['topics.exclude'])
    this.#policy = policy
    this.#target = values['target.cluster.alias']
  }

  takes(topic: string): boolean {
    return this.whyNot(topic) === undefined
  }

  /** As a sentence; heartbeats go wherever there is a way. */
  whyNot(topic: string): string | undefined {
    if (this.#policy.isInternal(topic)) {
      return "It is a topic of Kafka's, Connect's or a mirror's own, which stays where it is."
    }
    if (isCycle(topic, this.#target, this.#policy)) {
      return `It came from ${this.#target} itself, and would go round for ever.`
    }
    return this.#policy.isHeartbeats(topic) ? undefined : this.#filter.whyNot(topic, 'topics')
  }
}
