import { LeatError } from '../../base/errors.ts'
import type { SchemaReference } from '../../client/registry/index.ts'
import type { Formats } from '../../formats/schemas/formats.ts'
import type { ParsedSchema, SchemaType } from '../../formats/schemas/schema-format.ts'
import { refusal } from '../errors.ts'
import type { RegistryLimits } from '../limits.ts'
import type { RegistryState } from '../state/state.ts'
import type { Version } from '../state/versions.ts'
import { qualified } from '../subjects.ts'

export interface Unparsed {
  readonly subject: string
  readonly schemaType: SchemaType
  readonly schema: string
  readonly references?: readonly SchemaReference[]
}

/** Parses schemas together with those that they refer to, and keeps the last ones. */
export class SchemaParser {
  readonly #formats: Formats
  readonly #limits: RegistryLimits
  readonly #parsed = new Map<string, ParsedSchema>()

  constructor(formats: Formats, limits: RegistryLimits) {
    this.#formats = formats
    this.#limits = limits
  }

  get types(): SchemaType[] {
    return Object.keys(this.#formats) as SchemaType[]
  }

  isType(type: string): type is SchemaType {
    return Object.hasOwn(this.#formats, type)
  }

  /** Throws 'schema-invalid', with Confluent's beginning of the sentence. */
  async parse(unparsed: Unparsed, state: RegistryState): Promise<ParsedSchema> {
    const { schemaType, schema } = unparsed
    try {
      const format = await this.#formats[schemaType]()
      const texts = new Map<string, string>()
      this.#collect(unparsed, state, texts, new Set())
      const key = JSON.stringify([schemaType, schema, [...texts]])
      const parsed = this.#parsed.get(key) ?? format.parse(schema, texts)
      this.#keep(key, parsed)
      return parsed
    } catch (error) {
      if (!(error instanceof LeatError)) throw error
      const why = `Invalid schema of type ${schemaType}, details: ${error.message}`
      throw refusal('schema-invalid', { why }, { cause: error })
    }
  }

  /** The texts of all references, each behind those that it needs itself. */
  #collect(
    { subject, references = [] }: Unparsed,
    state: RegistryState,
    texts: Map<string, string>,
    met: Set<string>,
  ): void {
    for (const reference of references) {
      const referred = this.#referred(subject, reference, state)
      if (met.has(reference.name)) continue
      met.add(reference.name)
      if (met.size > this.#limits.references) {
        const why = `it refers to more than ${this.#limits.references} schemas.`
        throw refusal('schema-invalid', { why })
      }
      this.#collect(referred, state, texts, met)
      texts.set(reference.name, referred.schema)
    }
  }

  #referred(parent: string, { subject, version }: SchemaReference, state: RegistryState): Version {
    const at = qualified(parent, subject)
    const found =
      version === latestVersion ? state.versions.latest(at) : state.versions.get(at, version)
    if (found !== undefined) return found
    const why = `No schema reference found for subject "${subject}" and version ${version}`
    throw refusal('schema-invalid', { why })
  }

  /** The one not used for longest makes room. */
  #keep(key: string, parsed: ParsedSchema): void {
    this.#parsed.delete(key)
    this.#parsed.set(key, parsed)
    const [oldest] = this.#parsed.keys()
    if (this.#parsed.size > this.#limits.parsedSchemas && oldest !== undefined) {
      this.#parsed.delete(oldest)
    }
  }
}

/** A reference to whatever is the latest. */
const latestVersion = -1
