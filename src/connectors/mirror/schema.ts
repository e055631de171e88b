/** `MirrorSchemaConnector`: the schemas of one registry, at another, with the ids that they have. */
import { pause } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import type { RegistryClient } from '../../client/registry/index.ts'
import {
  RetriableError,
  type SourceContext,
  type SourceTask,
  source,
  type Written,
} from '../../connect/kit/index.ts'
import { policyOf } from './clusters.ts'
import { SchemaCopy } from './schema-copy.ts'
import { schemaNames } from './schema-names.ts'
import { registryKeysIn, type SchemaMirrorValues, schemaOptions } from './schema-options.ts'
import { TopicSelection } from './selection.ts'

export const mirrorSchema = source({
  kind: 'source',
  names: ['leat.connect.mirror.MirrorSchemaConnector'],
  version: '1.0.0',
  about: 'Copies the schemas of another registry, with the ids that stand in records.',
  options: schemaOptions,
  plan: async (values) => (values.enabled ? [{}] : []),
  open: async (context) => await SchemaTask.open(context),
})

class SchemaTask implements SourceTask {
  readonly #context: SourceContext<SchemaMirrorValues>
  readonly #copy: SchemaCopy
  #at = 0

  static async open(context: SourceContext<SchemaMirrorValues>): Promise<SchemaTask> {
    const { values } = context
    const policy = policyOf(values)
    const names = schemaNames({
      ...{ policy, selection: new TopicSelection(values, policy) },
      context: values['target.schema.context'],
    })
    const [from, to] = [await registryOf(values, 'source'), await registryOf(values, 'target')]
    return new SchemaTask(context, new SchemaCopy(from, to, names))
  }

  private constructor(context: SourceContext<SchemaMirrorValues>, copy: SchemaCopy) {
    this.#context = context
    this.#copy = copy
  }

  async poll(): Promise<readonly []> {
    return []
  }

  async write(): Promise<Written> {
    const { values, clock, signal } = this.#context
    const nothing = { offsets: [], bytes: 0, topics: [] }
    await pause(this.#at - clock.now(), { clock, signal })
    if (signal.aborted) return { ...nothing, records: 0 }
    try {
      const records = await this.#copy.run()
      this.#at = clock.now() + values['sync.schemas.interval.seconds'] * 1000
      return { ...nothing, records }
    } catch (error) {
      if (!isRetriable(error)) throw error
      throw new RetriableError(error.message, { cause: error })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

async function registryOf(
  values: SchemaMirrorValues,
  side: 'source' | 'target',
): Promise<RegistryClient> {
  const { RegistryClient, wayToRegistry } = await import('../../client/registry/index.ts')
  return new RegistryClient(wayToRegistry(registryKeysIn(values, side)))
}
