import assert from 'node:assert/strict'
import { MalformedBytes } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { LeatError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { EncodeJson, RegisteredSchema, RegistryClient } from '../client/registry/index.ts'
import { mqttError, sentence } from './errors.ts'
import type { RouteSchema } from './topic-map.ts'

/** How soon a new version of a subject is used. */
const refreshMs = 60_000

/** What is asked of a registry's client. */
export type Schemas = Pick<RegistryClient, 'register' | 'latest'>

export interface RouteEncoderOptions {
  /** Resolves once the registry is open; absent, there is none. */
  readonly registry: (() => Promise<Schemas>) | undefined
  readonly clock: Clock
  readonly logger: Logger
}

/** Turns the JSON of one route's messages into values of its schema, which is asked for with the first. */
export class RouteEncoder {
  readonly #schema: RouteSchema
  readonly #options: RouteEncoderOptions
  #encode: EncodeJson | undefined
  #id: number | undefined
  #asking: Promise<void> | undefined
  #askedAtMs = 0

  constructor(schema: RouteSchema, options: RouteEncoderOptions) {
    this.#schema = schema
    this.#options = options
  }

  /** A promise where the schema is not known yet; rejects where it cannot be known now. */
  ready(): Promise<void> | undefined {
    if (this.#encode === undefined) return this.#ask()
    const { clock, logger } = this.#options
    if (this.#schema.registered === undefined && clock.now() - this.#askedAtMs > refreshMs) {
      this.#ask().catch((error) =>
        logger.warn('The latest schema of a route could not be asked for; the one before is used', {
          subject: this.#schema.subject,
          error: sentence(error),
        }),
      )
    }
    return undefined
  }

  /** Throws 'payload-does-not-fit'; an empty payload stays empty. */
  encode(topic: string, payload: Buffer): Buffer {
    if (payload.length === 0) return payload
    const encode = this.#encode
    assert(encode !== undefined, 'a payload is encoded once the schema is known')
    try {
      return encode(payload)
    } catch (error) {
      if (!(error instanceof LeatError || error instanceof MalformedBytes)) throw error
      const facts = { topic, subject: this.#schema.subject, why: error.message }
      throw mqttError('payload-does-not-fit', facts, { cause: error })
    }
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#learn().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #learn(): Promise<void> {
    const { registry: open, clock } = this.#options
    if (open === undefined) throw mqttError('no-schema-registry', this.#schema)
    this.#askedAtMs = clock.now()
    const [registry, { jsonEncoder }] = await Promise.all([
      open(),
      import('../client/registry/index.ts'),
    ])
    const found = await this.#find(registry)
    if (found.id === this.#id) return
    this.#encode = await jsonEncoder(found)
    this.#id = found.id
  }

  async #find(registry: Schemas): Promise<RegisteredSchema> {
    const { subject, registered, type } = this.#schema
    if (registered !== undefined) {
      const id = await registry.register(subject, registered)
      return { ...registered, id, references: [], referencedTexts: new Map() }
    }
    const latest = await registry.latest(subject)
    if (type !== undefined && latest.type !== type) {
      throw mqttError('wrong-schema-language', { subject, wanted: type, found: latest.type })
    }
    return latest
  }
}
