import { type Clock, systemClock } from '../../base/clock.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import type { TlsClientSettings } from '../../base/tls/settings.ts'
import type { Answer } from '../http/ask.ts'
import { registryError } from './errors.ts'
import { KeptAnswers } from './kept-answers.ts'
import {
  type NewSchema,
  type NumberedSchema,
  type RegisteredSchema,
  type SchemaReference,
  type SubjectConfig,
  type SubjectVersion,
  type WrittenSchema,
  writtenSchema,
} from './schemas.ts'
import { type HandedOn, Transport } from './transport.ts'

export interface RegistryClientOptions {
  /** Registries over the same schemas; one that does not answer is passed over. */
  readonly urls: readonly string[]
  readonly basicAuth?: { readonly user: string; readonly password: string }
  readonly bearerToken?: string
  /** With every request, beside what a registry needs. */
  readonly headers?: Readonly<Record<string, string>>
  /** For addresses with https. */
  readonly tls?: TlsClientSettings
  readonly logger?: Logger
  readonly clock?: Clock
  readonly timeoutMs?: number
  /** Answers kept, of each kind. */
  readonly mostCached?: number
}

const defaultTimeoutMs = 10_000
const defaultMostCached = 1000
/** Schemas that one schema may refer to, directly or not. */
const mostReferences = 1000

/** A schema registry over HTTP (Confluent's API), its answers kept: ids never change their schema. */
export class RegistryClient {
  readonly #transport: Transport
  readonly #byId: KeptAnswers<RegisteredSchema>
  readonly #byVersion: KeptAnswers<WrittenSchema>
  readonly #registered: KeptAnswers<number>

  constructor(options: RegistryClientOptions) {
    const { mostCached = defaultMostCached } = options
    this.#transport = new Transport({
      ...options,
      logger: options.logger ?? silentLogger,
      clock: options.clock ?? systemClock,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    })
    this.#byId = new KeptAnswers(mostCached)
    this.#byVersion = new KeptAnswers(mostCached)
    this.#registered = new KeptAnswers(mostCached)
  }

  /**
   * The schema of an id, with the texts of all it refers to; the subject says in which context the
   * id is looked for. Throws 'schema-not-found', or 'registry-unreachable' (retriable).
   */
  async schemaById(id: number, subject?: string): Promise<RegisteredSchema> {
    return await this.#byId.get(`${contextOf(subject)}/${id}`, async () => {
      const path = ['schemas', 'ids', id]
      const query = { subject, fetchMaxId: false }
      const written = (await this.#transport.ask({ path, query })) as WrittenSchema
      return await this.#withReferences({ ...written, id }, subject)
    })
  }

  async latest(subject: string): Promise<SubjectVersion> {
    return await this.version(subject, 'latest')
  }

  async version(subject: string, version: number | 'latest'): Promise<SubjectVersion> {
    const path = ['subjects', subject, 'versions', version]
    const written = (await this.#transport.ask({ path })) as WrittenSchema
    const schema = await this.#withReferences(written, subject)
    return { ...schema, subject: written.subject, version: written.version }
  }

  /** The id of the schema, which is registered under the subject unless it is there. */
  async register(
    subject: string,
    schema: NewSchema,
    { normalize }: { normalize?: boolean } = {},
  ): Promise<number> {
    const body = writtenSchema(schema)
    const question = JSON.stringify([subject, body, normalize])
    return await this.#registered.get(question, async () => {
      const path = ['subjects', subject, 'versions']
      const answer = await this.#transport.ask({ method: 'POST', path, query: { normalize }, body })
      return (answer as { id: number }).id
    })
  }

  /** So many of all versions that are not deleted, by subject; fewer are not the last. */
  async numbered(first: number, most: number): Promise<NumberedSchema[]> {
    const query = { offset: first, limit: most }
    const found = (await this.#transport.ask({ path: ['schemas'], query })) as WrittenSchema[]
    return found.map(({ schema, schemaType = 'AVRO', references = [], ...numbers }) => {
      const { subject, version, id } = numbers
      return { type: schemaType, text: schema, references, subject, version, id }
    })
  }

  /** Registers it under the numbers that it has; the subject must be in mode IMPORT. */
  async import(schema: NumberedSchema): Promise<void> {
    this.#forget()
    const { subject, version, id } = schema
    const path = ['subjects', subject, 'versions']
    const body = { ...writtenSchema(schema), version, id }
    await this.#transport.ask({ method: 'POST', path, body })
  }

  /** Where the schema stands under the subject; throws 'schema-not-found' or 'subject-not-found'. */
  async lookup(
    subject: string,
    schema: NewSchema,
    query: { normalize?: boolean; deleted?: boolean } = {},
  ): Promise<{ id: number; version: number }> {
    const body = writtenSchema(schema)
    const asked = { method: 'POST', path: ['subjects', subject], query, body } as const
    const { id, version } = (await this.#transport.ask(asked)) as WrittenSchema
    return { id, version }
  }

  /** Whether the schema could be registered; `messages` say why not, if `verbose` asks for them. */
  async isCompatible(
    subject: string,
    version: number | 'latest',
    schema: NewSchema,
    query: { verbose?: boolean; normalize?: boolean } = {},
  ): Promise<{ isCompatible: boolean; messages: readonly string[] }> {
    const path = ['compatibility', 'subjects', subject, 'versions', version]
    const body = writtenSchema(schema)
    const answer = await this.#transport.ask({ method: 'POST', path, query, body })
    const said = answer as { is_compatible: boolean; messages?: string[] }
    return { isCompatible: said.is_compatible, messages: said.messages ?? [] }
  }

  async subjects({ prefix, deleted }: { prefix?: string; deleted?: boolean } = {}) {
    const query = { subjectPrefix: prefix, deleted }
    return (await this.#transport.ask({ path: ['subjects'], query })) as string[]
  }

  /** Under which subjects the id stands; throws 'schema-not-found'. */
  async subjectsOfId(id: number): Promise<string[]> {
    return (await this.#transport.ask({ path: ['schemas', 'ids', id, 'subjects'] })) as string[]
  }

  async versions(subject: string): Promise<number[]> {
    return (await this.#transport.ask({ path: ['subjects', subject, 'versions'] })) as number[]
  }

  /** The versions that are deleted now; `permanent` deletes those that were deleted before. */
  async deleteSubject(subject: string, query: { permanent?: boolean } = {}): Promise<number[]> {
    this.#forget()
    const path = ['subjects', subject]
    return (await this.#transport.ask({ method: 'DELETE', path, query })) as number[]
  }

  async deleteVersion(
    subject: string,
    version: number | 'latest',
    query: { permanent?: boolean } = {},
  ): Promise<number> {
    this.#forget()
    const path = ['subjects', subject, 'versions', version]
    return (await this.#transport.ask({ method: 'DELETE', path, query })) as number
  }

  /** Of the subject, or of all; `defaultToGlobal` gives what holds where the subject has none. */
  async config(
    subject?: string,
    query: { defaultToGlobal?: boolean } = {},
  ): Promise<SubjectConfig> {
    const answer = await this.#transport.ask({ path: under('config', subject), query })
    const { compatibilityLevel, ...config } = answer as SubjectConfig & {
      compatibilityLevel?: string
    }
    // It is read under this name and written under the other.
    return compatibilityLevel === undefined
      ? config
      : { ...config, compatibility: compatibilityLevel }
  }

  async setConfig(config: SubjectConfig, subject?: string): Promise<void> {
    const path = under('config', subject)
    await this.#transport.ask({ method: 'PUT', path, body: config })
  }

  async mode(subject?: string, query: { defaultToGlobal?: boolean } = {}): Promise<string> {
    const answer = await this.#transport.ask({ path: under('mode', subject), query })
    return (answer as { mode: string }).mode
  }

  async setMode(mode: string, subject?: string, query: { force?: boolean } = {}): Promise<void> {
    const path = under('mode', subject)
    await this.#transport.ask({ method: 'PUT', path, query, body: { mode } })
  }

  /** A request of somebody else, as it is but with this client's login. */
  async handOn(request: HandedOn): Promise<Answer> {
    this.#forget()
    return await this.#transport.handOn(request)
  }

  /** What was registered may be registered no more. */
  #forget(): void {
    this.#registered.clear()
  }

  async #withReferences(
    { schema, schemaType = 'AVRO', references = [], id, guid }: WrittenSchema,
    subject: string | undefined,
  ): Promise<RegisteredSchema> {
    const referencedTexts = new Map<string, string>()
    await this.#collect(references, subject, referencedTexts, new Set())
    return {
      type: schemaType,
      text: schema,
      references,
      id,
      ...(guid === undefined ? {} : { guid }),
      referencedTexts,
    }
  }

  /** Adds the texts of these references, each behind those that it needs itself. */
  async #collect(
    references: readonly SchemaReference[],
    parent: string | undefined,
    texts: Map<string, string>,
    met: Set<string>,
  ): Promise<void> {
    for (const { name, subject, version } of references) {
      if (met.has(name)) continue
      met.add(name)
      if (met.size > mostReferences) {
        throw registryError('too-many-references', { subject, limit: mostReferences })
      }
      const qualified = inContextOf(parent, subject)
      const written = await this.#pinned(qualified, version)
      await this.#collect(written.references ?? [], qualified, texts, met)
      texts.set(name, written.schema)
    }
  }

  /** A version that others refer to may be deleted, and still is what they refer to. */
  async #pinned(subject: string, version: number): Promise<WrittenSchema> {
    return await this.#byVersion.get(`${subject}/${version}`, async () => {
      const path = ['subjects', subject, 'versions', version]
      return (await this.#transport.ask({ path, query: { deleted: true } })) as WrittenSchema
    })
  }
}

function under(resource: string, subject: string | undefined): string[] {
  return subject === undefined ? [resource] : [resource, subject]
}

/** The context of `:.context:subject`; empty where the subject is in none. */
function contextOf(subject: string | undefined): string {
  return /^:\.([^:]*):/.exec(subject ?? '')?.[0] ?? ''
}

/** A reference without a context stays in that of the schema that it stands in. */
function inContextOf(parent: string | undefined, subject: string): string {
  return contextOf(subject) === '' ? `${contextOf(parent)}${subject}` : subject
}
