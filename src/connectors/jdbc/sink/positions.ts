import type { SinkRecord, TopicPartition, TopicPosition } from '../../../connect/kit/index.ts'
import type { PositionStatements } from '../dialects/dialect.ts'
import { jdbcError } from '../errors.ts'
import { inTransaction, type Session } from '../session.ts'

/**
 * Positions that are kept in the database itself, in the transactions that write the rows. Each
 * assignment raises a partition's epoch, so that a task that lost a partition without knowing it
 * writes nothing any more.
 */
export class Positions {
  readonly #connector: string
  readonly #statements: PositionStatements
  readonly #epochs = new Map<string, string>()

  constructor(connector: string, statements: PositionStatements) {
    this.#connector = connector
    this.#statements = statements
  }

  /** Where reading goes on, of those partitions that were read before. */
  async claim(
    session: Session,
    partitions: readonly TopicPartition[],
  ): Promise<readonly TopicPosition[]> {
    await session.run({ sql: this.#statements.create })
    const positions: TopicPosition[] = []
    const epochs = new Map<string, string>()
    await inTransaction(session, async () => {
      for (const { topic, partition } of partitions.toSorted(inOrder)) {
        await session.run(this.#statements.claim(this.#connector, topic, partition))
        const held = await this.#held(session, { topic, partition })
        epochs.set(idOf({ topic, partition }), held.epoch)
        if (held.next !== undefined) positions.push({ topic, partition, next: held.next })
      }
    })
    for (const [id, epoch] of epochs) this.#epochs.set(id, epoch)
    return positions
  }

  release(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#epochs.delete(idOf(partition))
  }

  /**
   * Within a transaction: locks the partitions of these records and moves them forward. Returns the
   * records that were not written before.
   */
  async advance(
    session: Session,
    records: readonly SinkRecord[],
  ): Promise<ReadonlySet<SinkRecord>> {
    const fresh = new Set<SinkRecord>()
    const byPartition = Map.groupBy(records, ({ origin }) => idOf(origin))
    const groups = [...byPartition.values()].toSorted(([one], [other]) =>
      one === undefined || other === undefined ? 0 : inOrder(one.origin, other.origin),
    )
    for (const group of groups) {
      const [{ origin } = { origin: undefined }] = group
      if (origin === undefined) continue
      const { topic, partition } = origin
      const held = await this.#held(session, origin)
      if (held.epoch !== this.#epochs.get(idOf(origin))) {
        throw jdbcError('taken-over', { topic, partition })
      }
      const next = held.next ?? 0n
      for (const record of group) if (record.origin.offset >= next) fresh.add(record)
      const end = (group.at(-1)?.origin.offset ?? -1n) + 1n
      if (end <= next) continue
      await session.run(this.#statements.advance(this.#connector, topic, partition, end))
    }
    return fresh
  }

  async #held(session: Session, { topic, partition }: TopicPartition) {
    const [row] = await session.ask(this.#statements.read(this.#connector, topic, partition))
    const [next, epoch] = row ?? []
    return {
      next: next === null || next === undefined ? undefined : BigInt(`${next}`),
      epoch: `${epoch}`,
    }
  }
}

function idOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** Everybody locks in the same order, so that nobody waits in a circle. */
function inOrder(one: TopicPartition, other: TopicPartition): number {
  if (one.topic !== other.topic) return one.topic < other.topic ? -1 : 1
  return one.partition - other.partition
}
