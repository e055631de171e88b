import { Mailbox } from '../../../base/mailbox.ts'
import type { Record } from '../../../protocols/kafka/record-batch.ts'
import type { Surroundings } from '../transport.ts'
import type { Place } from './places.ts'
import { type KafkaMessage, Reading } from './reading.ts'

/** Beyond this the fetching waits; together with what one fetch brings at most, it bounds the memory. */
const inboxBytes = 16 * 1024 * 1024
/** A small message counts as this, so that no more than two thousand wait. */
const leastBytes = 8 * 1024

/** The partitions that a reader reads, and the messages of them that wait for it. */
export class Intake {
  readonly inbox: Mailbox<KafkaMessage>
  readonly #readings = new Map<string, Reading>()

  constructor({ clock }: Surroundings) {
    this.inbox = new Mailbox(inboxBytes, clock, {
      weigh: ({ record }) => Math.max(leastBytes, record.value?.length ?? 0),
    })
  }

  get readings(): Reading[] {
    return [...this.#readings.values()]
  }

  reading(topic: string, partition: number): Reading | undefined {
    return this.#readings.get(`${topic}/${partition}`)
  }

  begin(topic: string, partition: number, next: bigint, committed?: bigint): void {
    this.#readings.set(`${topic}/${partition}`, new Reading(topic, partition, next, committed))
  }

  /** Resolves when there is room for more. */
  async bring(
    reading: Reading,
    records: readonly Record[],
    messageOf: (reading: Reading, record: Record) => KafkaMessage,
  ): Promise<void> {
    const last = records.at(-1)
    if (last === undefined) return
    const messages = records.map((record) => messageOf(reading, record))
    reading.next = last.offset + 1n
    await this.inbox.putAll(messages)
  }

  /** Goes on elsewhere; of what was fetched before, nothing comes any more. */
  leaveFor(positions: readonly (Place & { readonly offset: bigint })[]): void {
    for (const { topic, partition, offset } of positions) {
      const old = this.reading(topic, partition)
      if (old !== undefined) old.state = 'left'
      this.begin(topic, partition, offset, old?.committed)
    }
    this.inbox.discard(({ reading }) => reading.state !== 'current')
  }

  /** The partitions are another reader's now; who brings goes on, with nothing. */
  revoke(keepsMessages: boolean): Reading[] {
    const revoked = this.readings
    for (const reading of revoked) reading.state = 'revoked'
    this.#readings.clear()
    this.inbox.discard(({ reading }) => !keepsMessages && reading.state !== 'current')
    return revoked
  }

  /** For `info`: each partition with the offset behind what was fetched of it. */
  assignment() {
    return this.readings.map(({ topic, partition, next }) => ({
      topic,
      partition,
      position: Number(next),
    }))
  }
}
