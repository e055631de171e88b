import type { RegistryClient } from '../../../client/registry/index.ts'
import type { RegistryValues } from './options.ts'

/** A client of the registry that the options name. */
export async function openRegistry(values: RegistryValues): Promise<RegistryClient> {
  const { RegistryClient, wayToRegistry } = await import('../../../client/registry/index.ts')
  const urls = values['schema.registry.url'] ?? []
  const texts = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  const given = { ...Object.fromEntries(texts), 'schema.registry.url': urls.join() }
  return new RegistryClient(wayToRegistry(given))
}
