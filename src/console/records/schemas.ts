import { MalformedBytes } from '../../base/bytes.ts'
import { LeatError } from '../../base/errors.ts'
import type { Visitor } from '../../client/doors/index.ts'
import { RegistryClient, SchemaValues } from '../../client/registry/index.ts'
import { schemaIdOf } from '../../formats/confluent-frame.ts'
import { jsonOf } from '../../formats/json-of.ts'
import type { Way } from '../services.ts'
import { asBytes, type Format, type Understood, understand } from './seen.ts'

type Registry = Pick<RegistryClient, 'schemaById' | 'subjectsOfId'>

const formats: Readonly<Record<string, Format>> = {
  AVRO: 'avro',
  PROTOBUF: 'protobuf',
  JSON: 'json-schema',
}

/** A magic byte and the id. */
const headBytes = 5
/** What is remembered of ids for one request. */
const mostIds = 1000

/**
 * Reads what names its schema, for one request of one visitor: the registry is asked as that
 * visitor, so that who may not see a schema sees bytes.
 */
export class Schemas {
  readonly #registry: Registry
  readonly #values: SchemaValues
  readonly #known = new Map<number, Promise<Known>>()

  constructor(registry: RegistryClient) {
    this.#registry = registry
    this.#values = new SchemaValues(registry)
  }

  async understand(bytes: Buffer | null): Promise<Understood> {
    const schemaId = bytes === null ? undefined : schemaIdOf(bytes)
    if (bytes === null || schemaId === undefined) return understand(bytes)
    const { format, subject, problem } = await this.#of(schemaId)
    const what = { schemaId, ...(subject !== undefined && { subject }) }
    if (problem !== undefined) return { ...asBytes(bytes), schemaId, problem }
    try {
      const text =
        format === 'json-schema'
          ? bytes.toString('utf8', headBytes)
          : jsonOf(await this.#values.read(bytes))
      return { format, text, bytes: bytes.length, ...what }
    } catch (error) {
      return { ...asBytes(bytes), ...what, problem: reason(error) }
    }
  }

  #of(schemaId: number): Promise<Known> {
    const known = this.#known.get(schemaId)
    if (known !== undefined) return known
    const asked = this.#ask(schemaId)
    if (this.#known.size < mostIds) this.#known.set(schemaId, asked)
    return asked
  }

  async #ask(schemaId: number): Promise<Known> {
    try {
      const [{ type }, subjects] = await Promise.all([
        this.#registry.schemaById(schemaId),
        this.#registry.subjectsOfId(schemaId),
      ])
      return { format: formats[type] ?? 'bytes', subject: subjects[0] }
    } catch (error) {
      return { format: 'bytes', subject: undefined, problem: reason(error) }
    }
  }
}

interface Known {
  readonly format: Format
  readonly subject: string | undefined
  readonly problem?: string
}

/** By the registry that there is; one of elsewhere is asked as leat. */
export function schemasFor(way: Way, visitor: Visitor): Schemas {
  if (way.kind === 'elsewhere') return new Schemas(new RegistryClient(way.registry))
  const { url, headersFor } = way
  return new Schemas(new RegistryClient({ urls: [url], headers: headersFor(visitor) }))
}

/** Whatever a schema and bytes of somebody else do to each other is no failure of ours. */
function reason(error: unknown): string {
  if (error instanceof LeatError) return error.message
  const why = error instanceof Error ? error.message : String(error)
  return error instanceof MalformedBytes ? `It is not what its schema says: ${why}.` : `${why}.`
}
