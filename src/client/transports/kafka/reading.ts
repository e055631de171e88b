/** What is known of a partition from its assignment, or from a seek, to the next. */
import type { Record } from '../../../protocols/kafka/record-batch.ts'
import type { IncomingMessage, MessageHeader } from '../transport.ts'

export class Reading {
  readonly topic: string
  readonly partition: number
  /** Behind the last message that went to the inbox. */
  next: bigint
  /** What the group is to have on record: a reader after us goes on there. */
  place: bigint
  /** What it has on record, as far as we know. */
  committed: bigint | undefined
  /** `revoked` is another reader's; `left` by a seek. Messages of both are not handed out any more. */
  state: 'current' | 'revoked' | 'left' = 'current'
  #oldest: KafkaMessage | undefined
  #newest: KafkaMessage | undefined

  constructor(topic: string, partition: number, next: bigint, committed?: bigint) {
    this.topic = topic
    this.partition = partition
    this.next = next
    this.place = next
    this.committed = committed
  }

  /** The place waits for this message, in the order of their coming, until it is done. */
  awaitDone(message: KafkaMessage): void {
    if (this.#newest === undefined) this.#oldest = message
    else this.#newest.behind = message
    this.#newest = message
  }

  /** Moves the place over everything that is done and has nothing undone before it; tells whether it moved. */
  passOver(): boolean {
    let oldest = this.#oldest
    if (oldest?.isDone !== true) return false
    while (oldest?.isDone === true) {
      const { behind }: KafkaMessage = oldest
      this.place = oldest.record.offset + 1n
      // Who keeps a message shall not keep all that came after it.
      oldest.behind = undefined
      oldest = behind
    }
    this.#oldest = oldest
    if (oldest === undefined) this.#newest = undefined
    return true
  }
}

/** A record with its place, as `message.raw` shows it. */
export interface RawRecord extends Record {
  readonly topic: string
  readonly partition: number
}

const nothing = Buffer.alloc(0)

export const contentTypeHeader = 'content-type'
/** As leat's MQTT door names it, for what came by MQTT. */
const mqttContentTypeHeader = 'mqtt.content-type'

/** A record on its way to the reader. What few ask for is made when they ask. */
export class KafkaMessage implements IncomingMessage {
  readonly reading: Reading
  readonly record: Record
  isDone = false
  /** What comes after it in its partition, while both are not done. */
  behind: KafkaMessage | undefined = undefined

  constructor(reading: Reading, record: Record) {
    this.reading = reading
    this.record = record
  }

  get topic(): string {
    return this.reading.topic
  }

  /** Empty where a record has no value, which is a message of no format. */
  get bytes(): Buffer {
    return this.record.value ?? nothing
  }

  get timestampUs(): number {
    const ms = Number(this.record.timestamp)
    return ms > 0 ? ms * 1000 : 0
  }

  get key(): Buffer | undefined {
    return this.record.key ?? undefined
  }

  get headers(): MessageHeader[] {
    return this.record.headers.map(({ key, value }) => ({ key, value: value ?? nothing }))
  }

  get contentType(): string | undefined {
    const { headers } = this.record
    const named = (name: string) => headers.find(({ key }) => key === name)?.value?.toString()
    return named(contentTypeHeader) ?? named(mqttContentTypeHeader)
  }

  get place() {
    return { partition: `${this.reading.partition}`, offset: `${this.record.offset}` }
  }

  get raw(): RawRecord {
    const { topic, partition } = this.reading
    return { topic, partition, ...this.record }
  }
}
