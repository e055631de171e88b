import { RegistryClient } from '../client/registry/index.ts'
import type { Terminal } from './terminal.ts'

export const registryOption = {
  registry: {
    type: 'string',
    short: 'r',
    value: 'URL,…',
    about:
      'The schema registry (default LEAT_REGISTRY, else http://127.0.0.1:8081); a user and password may stand in the URL.',
    example: '-r http://registry:8081',
  },
} as const

export function openRegistry(
  options: { readonly registry?: string },
  { environment }: Terminal,
): RegistryClient {
  const urls = options.registry ?? environment.LEAT_REGISTRY ?? 'http://127.0.0.1:8081'
  return new RegistryClient({ urls: urls.split(',').map((one) => one.trim()) })
}
