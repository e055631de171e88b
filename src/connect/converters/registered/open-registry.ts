import type { RegistryClient } from '../../../client/registry/index.ts'
import type { RegistryValues } from './options.ts'

/** A client of the registry that the options name. */
export async function openRegistry(values: RegistryValues): Promise<RegistryClient> {
  const urls = values['schema.registry.url'] ?? []
  const { RegistryClient } = await import('../../../client/registry/index.ts')
  const basicAuth = userOf(values, urls)
  const bearerToken = values['bearer.auth.token']
  return new RegistryClient({
    urls: urls.map(withoutUser),
    ...(basicAuth !== undefined && { basicAuth }),
    ...(bearerToken !== undefined && { bearerToken }),
  })
}

function userOf(values: RegistryValues, urls: readonly string[]) {
  const info = values['basic.auth.user.info'] ?? values['schema.registry.basic.auth.user.info']
  if (values['basic.auth.credentials.source'] === 'USER_INFO' && info !== undefined) {
    const colon = info.indexOf(':')
    return colon < 0
      ? { user: info, password: '' }
      : { user: info.slice(0, colon), password: info.slice(colon + 1) }
  }
  const found = urls.map((url) => new URL(url)).find(({ username }) => username !== '')
  return found === undefined
    ? undefined
    : { user: decodeURIComponent(found.username), password: decodeURIComponent(found.password) }
}

function withoutUser(url: string): string {
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  return parsed.href.replace(/\/$/, '')
}
