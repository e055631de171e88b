/** Numbered readings in Avro, written to a topic while something happens to those who keep them. */
import { KafkaClient, type Producer } from '../../src/client/index.ts'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { avroFormat } from '../../src/formats/avro/index.ts'
import { frame } from '../../src/formats/confluent-frame.ts'
import type { Owner } from './folders.ts'

export const readingsTopic = 'Readings'
interface Field {
  readonly name: string
  readonly type: unknown
  readonly default?: unknown
}

const firstFields: readonly Field[] = [
  { name: 'id', type: 'long' },
  { name: 'text', type: 'string' },
]

export class Readings {
  /** The number of the next one. */
  next = 0
  readonly #producer: Producer
  readonly #registry: RegistryClient
  readonly #partitions: number
  readonly #versions: { readonly id: number; readonly encode: (value: unknown) => Buffer }[] = []
  readonly #fields = [...firstFields]

  static async open(owner: Owner, brokers: string, registryUrl: string): Promise<Readings> {
    const client = new KafkaClient({ brokers: [brokers], clientId: 'readings' })
    owner.after(() => client.close())
    const [topic] = await client.topics([readingsTopic])
    const registry = new RegistryClient({ urls: [registryUrl] })
    const readings = new Readings(client.producer(), registry, topic?.partitions.length ?? 0)
    await readings.#register()
    return readings
  }

  private constructor(producer: Producer, registry: RegistryClient, partitions: number) {
    this.#producer = producer
    this.#registry = registry
    this.#partitions = partitions
  }

  /** A further version of their schema, which has one more field that may be absent. */
  async widen(name: string): Promise<void> {
    this.#fields.push({ name, type: ['null', 'double'], default: null })
    await this.#register()
  }

  /** Resolves when so many more are in the log; `extra` is what the later fields hold. */
  async send(count: number, extra: Record<string, number> = {}, version?: number): Promise<void> {
    const sent: Promise<unknown>[] = []
    for (let index = 0; index < count; index++) {
      sent.push(this.sendBytes(this.encode({ id: BigInt(this.next), ...extra }, version)))
    }
    await Promise.all(sent)
  }

  /** One of the given fields, by the schema of this version (from 0), else by the last one. */
  encode(fields: { readonly id: bigint } & Record<string, unknown>, version = -1): Buffer {
    const written = this.#versions.at(version)
    if (written === undefined) throw new Error(`there is no version ${version}`)
    return frame(written.id, written.encode({ text: `reading ${fields.id}`, ...fields }))
  }

  /** What takes the place of the next reading, which may be anything. */
  async sendBytes(value: Buffer | null): Promise<void> {
    const number = this.next++
    const key = Buffer.from(`${number}`)
    const partition = number % this.#partitions
    await this.#producer.send({ topic: readingsTopic, partition, key, value })
  }

  async #register(): Promise<void> {
    const text = JSON.stringify({ type: 'record', name: 'Reading', fields: this.#fields })
    const id = await this.#registry.register(`${readingsTopic}-value`, { type: 'AVRO', text })
    const schema = avroFormat.parse(text)
    this.#versions.push({ id, encode: (value) => Buffer.from(schema.encode(value)) })
  }
}
