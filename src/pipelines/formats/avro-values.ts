import { isDeepStrictEqual } from 'node:util'
import { isError } from '../../base/errors.ts'
import type { RegistryClient } from '../../client/registry/index.ts'
import { frame } from '../../formats/confluent-frame.ts'
import type { RecordCodec } from '../../formats/schemas/schema-format.ts'
import { avroOf, avroValue, merged, type Shape, shapeOf, shapeOfAvro } from './value-shape.ts'

interface Ready {
  readonly id: number
  readonly codec: RecordCodec
}

/**
 * Writes Avro under a schema that is registered for the topic: the one that is given, or one that
 * follows from the values and grows with them.
 */
export class AvroValues {
  readonly #registry: RegistryClient
  readonly #topics = new Map<string, AvroTopic>()

  constructor(registry: RegistryClient) {
    this.#registry = registry
  }

  /** The framed bytes; throws wrong-value, invalid-schema, unwritable-value, or what the registry says. */
  async write(topic: string, value: unknown, schema: string | undefined): Promise<Buffer> {
    const known = this.#topics.get(topic) ?? new AvroTopic(topic, schema, this.#registry)
    this.#topics.set(topic, known)
    return await known.write(value)
  }
}

/** One topic's schema; values are written one after the other, since each may make it grow. */
class AvroTopic {
  readonly #topic: string
  readonly #given: string | undefined
  readonly #registry: RegistryClient
  #ready: Ready | undefined
  #shape: Shape | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(topic: string, given: string | undefined, registry: RegistryClient) {
    this.#topic = topic
    this.#given = given
    this.#registry = registry
  }

  write(value: unknown): Promise<Buffer> {
    const written = this.#last.then(() => this.#write(value))
    this.#last = written.catch(() => {})
    return written
  }

  async #write(value: unknown): Promise<Buffer> {
    if (this.#given !== undefined) {
      this.#ready ??= await this.#register(this.#given)
      return encoded(this.#ready, avroValue(value))
    }
    this.#shape ??= await this.#latest()
    const shape = merged(this.#shape, shapeOf(value))
    if (this.#ready === undefined || !isDeepStrictEqual(shape, this.#shape)) {
      this.#ready = await this.#register(avroOf(shape, this.#topic))
      this.#shape = shape
    }
    return encoded(this.#ready, avroValue(value, shape))
  }

  /** What the values of an earlier run have made of the subject. */
  async #latest(): Promise<Shape> {
    try {
      const { type, text } = await this.#registry.latest(`${this.#topic}-value`)
      return (type === 'AVRO' ? shapeOfAvro(text) : undefined) ?? nothing
    } catch (error) {
      if (isError(error, 'subject-not-found')) return nothing
      throw error
    }
  }

  async #register(text: string): Promise<Ready> {
    const { avroFormat } = await import('../../formats/avro/index.ts')
    const codec = avroFormat.parse(text)
    const id = await this.#registry.register(`${this.#topic}-value`, { type: 'AVRO', text })
    return { id, codec }
  }
}

const nothing: Shape = { kind: 'null' }

function encoded({ id, codec }: Ready, value: unknown): Buffer {
  return frame(id, codec.encode(value))
}
