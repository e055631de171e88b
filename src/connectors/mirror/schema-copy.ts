import { isError, isRetriable, LeatError } from '../../base/errors.ts'
import type { NumberedSchema, RegistryClient } from '../../client/registry/index.ts'
import { mirrorError } from './errors.ts'
import type { SchemaNames } from './schema-names.ts'

const importing = 'IMPORT'
const versionsAtOnce = 500
/** Subjects that are named where schemas are refused. */
const mostNamed = 5

/**
 * Brings versions to the target that it lacks, in mode IMPORT: records keep the ids that stand in
 * them, and nobody else registers under these subjects.
 */
export class SchemaCopy {
  readonly #from: RegistryClient
  readonly #to: RegistryClient
  readonly #names: SchemaNames
  readonly #importing = new Set<string>()

  constructor(from: RegistryClient, to: RegistryClient, names: SchemaNames) {
    this.#from = from
    this.#to = to
    this.#names = names
  }

  /** How many were brought. Throws 'schemas-refused' when all others are there. */
  async run(): Promise<number> {
    const there = new Set((await all(this.#to)).map(nameOf))
    let missing = (await all(this.#from))
      .flatMap((schema) => this.#renamed(schema))
      .filter((schema) => !there.has(nameOf(schema.copy)))
      .sort((one, other) => one.copy.id - other.copy.id)
    let brought = 0
    // What others refer to is mostly older; where it is not, those come in the next round.
    for (let before = Number.POSITIVE_INFINITY; missing.length < before && missing.length > 0; ) {
      before = missing.length
      const refused: Refused[] = []
      for (const one of missing) {
        const why = await this.#bring(one)
        if (why === undefined) brought += 1
        else refused.push({ ...one, why })
      }
      missing = refused
    }
    if (missing.length > 0) throw mirrorError('schemas-refused', factsOf(missing))
    return brought
  }

  #renamed(schema: NumberedSchema): Missing[] {
    const subject = this.#names(schema.subject)
    if (subject === undefined) return []
    const references = (schema.references ?? []).map((one) => ({
      ...one,
      subject: this.#names(one.subject) ?? one.subject,
    }))
    return [{ of: schema.subject, copy: { ...schema, subject, references } }]
  }

  /** Why the target does not take it. */
  async #bring({ of, copy }: Missing): Promise<string | undefined> {
    try {
      if (!this.#importing.has(copy.subject)) await this.#open(of, copy.subject)
      await this.#to.import(copy)
      return undefined
    } catch (error) {
      const mayPass: boolean = isRetriable(error)
      if (mayPass || !(error instanceof LeatError)) throw error
      return error.message
    }
  }

  /** A subject takes numbers of others while it is empty; how compatible it is to be follows, too. */
  async #open(of: string, subject: string): Promise<void> {
    if ((await this.#to.mode(subject, { defaultToGlobal: true })) !== importing) {
      await this.#to.setMode(importing, subject)
    }
    const config = await this.#from.config(of, {}).catch((error: unknown) => {
      if (isRetriable(error) || isError(error, 'registry-forbids')) throw error
      return undefined
    })
    if (config?.compatibility !== undefined) {
      await this.#to.setConfig({ compatibility: config.compatibility }, subject)
    }
    this.#importing.add(subject)
  }
}

interface Missing {
  /** Its subject at the source. */
  readonly of: string
  readonly copy: NumberedSchema
}

interface Refused extends Missing {
  readonly why: string
}

async function all(registry: RegistryClient): Promise<NumberedSchema[]> {
  const found: NumberedSchema[] = []
  for (;;) {
    const more = await registry.numbered(found.length, versionsAtOnce)
    if (more.length === 0) return found
    found.push(...more)
  }
}

function nameOf({ subject, version }: NumberedSchema): string {
  return `${version} ${subject}`
}

function factsOf(refused: readonly Missing[]) {
  const why = (refused[0] as Refused).why
  const subjects = [...new Set(refused.map(({ copy }) => copy.subject))].slice(0, mostNamed)
  return { count: refused.length, subjects: subjects.join(', '), why }
}
