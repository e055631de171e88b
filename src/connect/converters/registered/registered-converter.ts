/** The converter of every language whose schemas lie in a registry: an id, then the encoded value. */

import { MalformedBytes } from '../../../base/bytes.ts'
import { LeatError } from '../../../base/errors.ts'
import { RecentlyUsed } from '../../../base/recently-used.ts'
import type { RegistryClient } from '../../../client/registry/index.ts'
import { frame, unframe } from '../../../formats/confluent-frame.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import type { Converted, Converter, Role } from '../converter.ts'
import type { SchemaLanguage, SchemaWriter } from './language.ts'
import { type RegistryValues, strategyName } from './options.ts'

/** Schemas whose compiled decoders are kept; a topic rarely has more than a few. */
const mostReaders = 1000
/** Subjects that one schema is written to: a source with a topic a table has a few hundred. */
const mostSubjects = 1000

/** What a record is written with, once its schema's id is known. */
interface Registered {
  readonly id: number
  readonly write: (value: unknown) => Buffer
}

export class RegisteredConverter implements Converter {
  readonly #language: SchemaLanguage
  readonly #registry: RegistryClient
  readonly #role: Role
  readonly #values: RegistryValues
  readonly #readers = new RecentlyUsed<number, (payload: Buffer) => Converted>(mostReaders)
  readonly #writers = new WeakMap<ConnectSchema, RecentlyUsed<string, Registered>>()

  constructor(
    language: SchemaLanguage,
    registry: RegistryClient,
    role: Role,
    values: RegistryValues,
  ) {
    this.#language = language
    this.#registry = registry
    this.#role = role
    this.#values = values
  }

  toConnect(topic: string, bytes: Buffer | null): Converted | Promise<Converted> {
    if (bytes === null) return { schema: null, value: null }
    const { schemaId, payload } = this.#tried('deserialize', topic, () => unframe(bytes))
    const read = this.#readers.get(schemaId)
    if (read !== undefined) return this.#tried('deserialize', topic, () => read(payload))
    return this.#learn(topic, schemaId).then((learnt) =>
      this.#tried('deserialize', topic, () => learnt(payload)),
    )
  }

  fromConnect(
    topic: string,
    schema: ConnectSchema | null,
    value: unknown,
  ): Buffer | null | Promise<Buffer | null> {
    if (value === null || value === undefined) return null
    const known = this.#writers.get(schema ?? schemaless)?.get(topic)
    if (known !== undefined) return this.#framed(topic, known, value)
    return this.#register(topic, schema).then((registered) =>
      this.#framed(topic, registered, value),
    )
  }

  #framed(topic: string, { id, write }: Registered, value: unknown): Buffer {
    return this.#tried('serialize', topic, () => frame(id, write(value)))
  }

  async #learn(topic: string, id: number): Promise<(payload: Buffer) => Converted> {
    const registered = await this.#registry.schemaById(id, this.#topicSubject(topic))
    if (registered.type !== this.#language.type) {
      throw new DataError(
        `The schema ${id} of a record in ${topic} is ${registered.type} and not ${this.#language.type}; choose its converter.`,
      )
    }
    const read = this.#tried('deserialize', topic, () => this.#language.reader(registered))
    this.#readers.set(id, read)
    return read
  }

  async #register(topic: string, schema: ConnectSchema | null): Promise<Registered> {
    const writer = this.#tried('serialize', topic, () => this.#language.writer(schema))
    const subject = this.#subject(topic, writer)
    const registered = this.#values['use.latest.version']
      ? await this.#latest(subject, schema)
      : { id: await this.#idOf(subject, writer), write: writer.write }
    const key = schema ?? schemaless
    const bySubject = this.#writers.get(key) ?? new RecentlyUsed<string, Registered>(mostSubjects)
    bySubject.set(topic, registered)
    this.#writers.set(key, bySubject)
    return registered
  }

  async #latest(subject: string, schema: ConnectSchema | null): Promise<Registered> {
    const latest = await this.#registry.latest(subject)
    return { id: latest.id, write: this.#language.writerWith(latest, schema) }
  }

  async #idOf(subject: string, { text }: SchemaWriter): Promise<number> {
    const schema = { type: this.#language.type, text }
    const normalize = this.#values['normalize.schemas']
    if (this.#values['auto.register.schemas']) {
      return await this.#registry.register(subject, schema, { normalize })
    }
    return (await this.#registry.lookup(subject, schema, { normalize })).id
  }

  #topicSubject(topic: string): string {
    return `${topic}-${this.#role === 'key' ? 'key' : 'value'}`
  }

  #subject(topic: string, { recordName }: SchemaWriter): string {
    const side = this.#role === 'key' ? 'key' : 'value'
    const strategy = strategyName(this.#values[`${side}.subject.name.strategy`])
    if (strategy === 'TopicNameStrategy') return this.#topicSubject(topic)
    if (recordName === undefined) {
      throw new DataError(`${strategy} needs a schema with a name; that of ${topic} has none.`)
    }
    return strategy === 'RecordNameStrategy' ? recordName : `${topic}-${recordName}`
  }

  /** Whatever is wrong with a value or its schema is a DataError in Confluent's words. */
  #tried<Result>(doing: 'serialize' | 'deserialize', topic: string, attempt: () => Result): Result {
    try {
      return attempt()
    } catch (error) {
      if (
        !(
          error instanceof MalformedBytes ||
          error instanceof LeatError ||
          error instanceof DataError
        )
      ) {
        throw error
      }
      const where = `Failed to ${doing} data for topic ${topic} to ${this.#language.title}`
      throw new DataError(`${where}: ${error.message}`, { cause: error })
    }
  }
}

/** Stands for "no schema" among the schemas that writers are kept for. */
const schemaless: ConnectSchema = { type: 'struct', optional: true }
