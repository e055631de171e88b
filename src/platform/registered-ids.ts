import type { SchemaIds } from '../broker/index.ts'
import { platformError } from './errors.ts'
import type { LateRegistry } from './late-registry.ts'

/** The ids that a registry knows. Its own broker must not wait until it opens: it opens on that broker. */
export function registeredIds(registry: LateRegistry): SchemaIds {
  return {
    async isRegistered(id, rule) {
      if (!registry.isOpen) throw platformError('registry-not-open', {})
      const { isRegisteredFor } = await import('../client/registry/index.ts')
      return await isRegisteredFor(rule, id, await registry.client())
    },
  }
}
