import type { Entry, TopicState } from '../state-topic.ts'
import {
  groupEntry,
  offsetEntry,
  readEntry,
  type StoredGroup,
  type StoredOffset,
} from './records.ts'

/** What is on disk about groups: where each has got to, and who its members were. */
export class GroupState implements TopicState {
  readonly groups = new Map<string, StoredGroup>()
  readonly #offsets = new Map<string, Map<string, Map<number, StoredOffset>>>()

  apply(key: Buffer, value: Buffer | null): void {
    const entry = readEntry(key, value)
    if (entry === undefined) return
    if (entry.kind === 'group') {
      if (entry.value === null) this.groups.delete(entry.group)
      else this.groups.set(entry.group, entry.value)
    } else this.#applyOffset(entry.group, entry.topic, entry.partition, entry.value)
  }

  *live(): Iterable<Entry> {
    for (const [name, group] of this.groups) yield groupEntry(name, group)
    for (const group of this.#offsets.keys()) {
      for (const { topic, partition, value } of this.offsetsOf(group)) {
        yield offsetEntry(group, topic, partition, value)
      }
    }
  }

  /** Groups that are stored, or have offsets. */
  names(): Set<string> {
    return new Set([...this.groups.keys(), ...this.#offsets.keys()])
  }

  offset(group: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#offsets.get(group)?.get(topic)?.get(partition)
  }

  *offsetsOf(group: string): Iterable<{ topic: string; partition: number; value: StoredOffset }> {
    for (const [topic, partitions] of this.#offsets.get(group) ?? []) {
      for (const [partition, value] of partitions) yield { topic, partition, value }
    }
  }

  /** Topics in which some group has an offset. */
  topics(): Set<string> {
    return new Set([...this.#offsets.values()].flatMap((topics) => [...topics.keys()]))
  }

  /** Which groups have offsets in a topic. */
  groupsOf(topic: string): string[] {
    return [...this.#offsets].flatMap(([group, topics]) => (topics.has(topic) ? [group] : []))
  }

  #applyOffset(group: string, topic: string, partition: number, value: StoredOffset | null): void {
    const topics = this.#offsets.get(group) ?? new Map<string, Map<number, StoredOffset>>()
    const partitions = topics.get(topic) ?? new Map<number, StoredOffset>()
    if (value !== null) {
      this.#offsets.set(group, topics.set(topic, partitions.set(partition, value)))
      return
    }
    partitions.delete(partition)
    if (partitions.size === 0) topics.delete(topic)
    if (topics.size === 0) this.#offsets.delete(group)
  }
}
