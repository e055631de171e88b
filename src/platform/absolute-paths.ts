/** Paths are relative to the folder of the file in which they stand. */
import { resolve } from 'node:path'
import type { Path } from '../base/settings.ts'
import { type TlsServerSettings, withPathsFrom } from '../base/tls/settings.ts'
import { withSaslPathsFrom } from '../client/security/index.ts'
import type { Config } from './config.ts'
import { withKeysFrom } from './logins.ts'
import { mirrorsFrom } from './mirrors.ts'

export function withAbsolutePaths(config: Config, folderOf: (at: Path) => string): Config {
  const { access, kafka, mqtt, registry, connect, console } = config
  const { tls, sasl } = kafka
  const doors = <Door extends { readonly tls: TlsServerSettings | undefined }>(
    listeners: readonly Door[] | undefined,
    part: string,
  ) =>
    (listeners ?? []).map((listener, index) => ({
      ...listener,
      tls: listener.tls && withPathsFrom(folderOf([part, 'listeners', index, 'tls']), listener.tls),
    }))
  const door = <Door extends { readonly tls: TlsServerSettings | undefined }>(
    part: string,
    given: Door,
  ) => ({ ...given, tls: given.tls && withPathsFrom(folderOf([part, 'tls']), given.tls) })
  /** Confluent's keys that name files. */
  const registryFile = (key: string, value: string) =>
    key.endsWith('.location') ? resolve(folderOf(['registry', 'config', key]), value) : value
  const oidcOf = ({ oidc }: NonNullable<typeof console>) => {
    const folder = folderOf(['console', 'oidc', 'tls'])
    return oidc && { ...oidc, tls: oidc.tls && withPathsFrom(folder, oidc.tls) }
  }
  const routes = mqtt?.routes?.map((route, index) => {
    const { schema } = route
    if (schema?.file === undefined) return route
    const folder = folderOf(['mqtt', 'routes', index, 'schema', 'file'])
    return { ...route, schema: { ...schema, file: resolve(folder, schema.file) } }
  })
  return {
    ...config,
    data: resolve(folderOf(['data']), config.data),
    kafka: {
      ...{ ...kafka, listeners: doors(kafka.listeners, 'kafka') },
      tls: tls && withPathsFrom(folderOf(['kafka', 'tls']), tls),
      sasl: sasl && withSaslPathsFrom(folderOf(['kafka', 'sasl']), sasl),
    },
    access: access && withKeysFrom(folderOf(['access', 'tokens', 'jwks']), access),
    mirrors: config.mirrors?.flatMap((mirror, index) =>
      mirrorsFrom(folderOf(['mirrors', index]), [mirror]),
    ),
    mqtt: mqtt && routes && { ...mqtt, routes, listeners: doors(mqtt.listeners, 'mqtt') },
    registry: registry && {
      ...door('registry', registry),
      config: Object.fromEntries(
        Object.entries(registry.config).map(([key, value]) => [key, registryFile(key, value)]),
      ),
    },
    connect: connect && door('connect', connect),
    console: console && { ...door('console', console), oidc: oidcOf(console) },
  }
}
