/** Numbers that go into the partitions of a topic in turn, as fast as they are acknowledged, and come out again. */
import assert from 'node:assert/strict'
import type { KafkaClient } from '../../src/client/index.ts'
import { eventually } from './eventually.ts'
import { UnderWay } from './under-way.ts'

const mostUnderWay = 300
/** Small, so that several batches of a partition are under way at once. */
const batchBytes = 2000
/** As leat's own groups have it. */
const sessionTimeoutMs = 10_000

export interface LoadOptions {
  /** Whose sending, reading and sharing is tried. */
  readonly client: KafkaClient
  readonly topic: string
  readonly partitions: number
}

/** A producer, a reader and a group of two; `finish` says whether all was as promised. */
export class NumberedLoad {
  readonly #options: LoadOptions
  readonly #reading: Reading
  readonly #group: Reading
  readonly #members: { close(): Promise<void> }[]
  readonly #running: Promise<unknown>
  readonly #sending: Promise<void>
  readonly #failures: unknown[] = []
  readonly #acknowledged: number[]
  #isStopping = false
  #count = 0

  constructor(options: LoadOptions) {
    this.#options = options
    const { client, topic, partitions } = options
    this.#acknowledged = Array.from({ length: partitions }, () => 0)
    this.#reading = new Reading(partitions)
    this.#group = new Reading(partitions)
    const fetcher = client.fetcher({
      onRecords: (_topic, partition, records) => {
        for (const record of records) this.#reading.take(partition, record)
      },
      onError: (error) => this.#failures.push(error),
    })
    for (let partition = 0; partition < partitions; partition++) {
      fetcher.assign(topic, partition, 'earliest')
    }
    const members = [0, 1].map(() =>
      client.consumer({
        ...{ group: `${topic}-group`, topics: [topic], fromBeginning: true, sessionTimeoutMs },
        onRecords: (_topic, partition, records) => {
          for (const record of records) this.#group.take(partition, record)
        },
      }),
    )
    this.#members = [fetcher, ...members]
    this.#running = Promise.all(members.map((member) => member.run()))
    this.#running.catch((error) => this.#failures.push(error))
    this.#sending = this.#send()
  }

  /** Resolves when every partition has taken, and given, more than before. */
  async goesOn(what: string): Promise<void> {
    const before = [...this.#acknowledged]
    const read = [...this.#reading.next]
    await eventually(
      `records go on ${what}`,
      () => {
        this.#mayGoOn()
        const isFurther = (now: readonly number[], then: readonly number[]) =>
          now.every((count, partition) => count > (then[partition] ?? 0) + mostUnderWay)
        return isFurther(this.#acknowledged, before) && isFurther(this.#reading.next, read)
      },
      100_000,
    )
  }

  /** Everything that was sent was written once, in order, and read once; the group has handled it. */
  async finish(): Promise<{ count: number; handledAgain: number }> {
    this.#isStopping = true
    await this.#sending
    const isWhole = (reading: Reading) =>
      reading.next.reduce((sum, one) => sum + one, 0) >= this.#count
    await eventually('all is read', () => this.#mayGoOn() && isWhole(this.#reading), 60_000)
    await eventually('the group has all', () => this.#mayGoOn() && isWhole(this.#group), 60_000)
    await Promise.all(this.#members.map((member) => member.close()))
    await this.#running
    assert.equal(this.#reading.again, 0, 'the reader was given nothing twice')
    return { count: this.#count, handledAgain: this.#group.again }
  }

  #mayGoOn(): true {
    const [failure] = [...this.#failures, ...this.#reading.failures, ...this.#group.failures]
    if (failure !== undefined) throw failure
    return true
  }

  async #send(): Promise<void> {
    const { client, topic, partitions } = this.#options
    await using producer = client.producer({ batchBytes })
    const underWay = new UnderWay(mostUnderWay)
    // Where one fails at once so may all that follow: `#mayGoOn` tells of the first.
    while (!this.#isStopping && this.#failures.length === 0) {
      const number = this.#count++
      const partition = number % partitions
      const sent = producer
        .send({ topic, partition, value: Buffer.from(`${number}`) })
        .then(({ offset }) => {
          const place = BigInt(Math.floor(number / partitions))
          // A repetition may be acknowledged without a place.
          if (offset >= 0n) assert.equal(offset, place, `the place of ${number}`)
          this.#acknowledged[partition] = (this.#acknowledged[partition] ?? 0) + 1
        })
        .catch((error) => void this.#failures.push(error))
      await underWay.add(sent)
    }
    await underWay.ended()
  }
}

/** What comes out, in the order of each partition, where the number itself says what should come. */
class Reading {
  /** How many different records of each partition have come. */
  readonly next: number[]
  readonly failures: Error[] = []
  again = 0

  constructor(partitions: number) {
    this.next = Array.from({ length: partitions }, () => 0)
  }

  take(partition: number, { offset, value }: { offset: bigint; value: Buffer | null }): void {
    const next = this.next[partition] ?? 0
    const number = Number(offset) * this.next.length + partition
    if (`${value}` !== `${number}`) {
      const what = `${value} stands at offset ${offset} of partition ${partition}, not ${number}`
      this.failures.push(new Error(what))
    }
    if (Number(offset) > next) {
      this.failures.push(new Error(`offset ${offset} of partition ${partition} came after ${next}`))
    }
    if (Number(offset) < next) this.again += 1
    else this.next[partition] = next + 1
  }
}
