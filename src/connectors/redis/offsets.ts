import type { TopicPartition, TopicPosition } from '../../connect/kit/index.ts'
import { redisError } from './errors.ts'
import type { Command, Session } from './session.ts'

/**
 * Where reading goes on, kept in Redis beside the data and written together with it, so that neither
 * is there without the other. A partition that Redis does not know is read from its beginning: what
 * is in an emptied Redis comes back.
 */
export class Offsets {
  readonly #keyPrefix: string
  /** By key: the partitions that are ours, and the next offset of each. */
  readonly #ours = new Map<string, TopicPartition>()
  readonly #next = new Map<string, bigint>()

  constructor(keyPrefix: string) {
    this.#keyPrefix = keyPrefix
  }

  /** Where reading begins, of partitions that are ours from now on. */
  async load(
    session: Session,
    partitions: readonly TopicPartition[],
  ): Promise<readonly TopicPosition[]> {
    const positions = await this.#read(session, partitions)
    for (const position of positions) this.#ours.set(this.#keyOf(position), position)
    this.moved(positions)
    return positions
  }

  /**
   * What was sent when a connection broke may be written: the answer alone was lost. Throws
   * 'fell-behind' where Redis has lost what it had.
   */
  async reload(session: Session): Promise<void> {
    const positions = await this.#read(session, [...this.#ours.values()])
    for (const { topic, partition, next } of positions) {
      const key = this.#keyOf({ topic, partition })
      if (next < (this.#next.get(key) ?? 0n)) throw redisError('fell-behind', { key, next })
    }
    this.moved(positions)
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const key of partitions.map((one) => this.#keyOf(one))) {
      this.#ours.delete(key)
      this.#next.delete(key)
    }
  }

  /** Whether Redis has this record already. */
  has({ topic, partition, offset }: TopicPartition & { readonly offset: bigint }): boolean {
    return offset < (this.#next.get(this.#keyOf({ topic, partition })) ?? 0n)
  }

  /** What says that these are written, and what says it for those before them. */
  commandsFor(positions: Iterable<TopicPosition>): { forward: Command[]; back: Command[] } {
    const forward: Command[] = []
    const back: Command[] = []
    for (const position of positions) {
      const key = this.#keyOf(position)
      forward.push(['SET', key, textOf(position)])
      back.push(['SET', key, textOf({ ...position, next: this.#next.get(key) ?? 0n })])
    }
    return { forward, back }
  }

  moved(positions: Iterable<TopicPosition>): void {
    for (const position of positions) this.#next.set(this.#keyOf(position), position.next)
  }

  async #read(
    session: Session,
    partitions: readonly TopicPartition[],
  ): Promise<readonly TopicPosition[]> {
    const keys = partitions.map((one) => this.#keyOf(one))
    const texts = await session.texts(keys)
    return partitions.map(({ topic, partition }, index) => {
      const text = texts[index] ?? null
      const next = text === null ? 0n : parseOffset(text, keys[index] ?? '')
      return { topic, partition, next }
    })
  }

  #keyOf({ topic, partition }: TopicPartition): string {
    return `${this.#keyPrefix}.${topic}.${partition}`
  }
}

function textOf({ topic, partition, next }: TopicPosition): string {
  return `{"topic":${JSON.stringify(topic)},"partition":${partition},"offset":${next}}`
}

function parseOffset(text: string, key: string): bigint {
  const digits = /"offset"\s*:\s*(\d+)/.exec(text)?.[1]
  if (digits === undefined) throw redisError('offset-damaged', { key })
  return BigInt(digits)
}
