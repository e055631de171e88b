/** leat's own registry, as its own parts come in: Confluent's keys, passwords and a listener of theirs. */
import { systemRandom } from '../base/random.ts'
import { InsideEntrance } from '../client/doors/index.ts'
import type { WayToRegistry } from '../client/registry/index.ts'
import type { RegistryListener } from '../registry/index.ts'
import type { Address } from './addresses.ts'
import type { Config } from './config.ts'
import { reachable } from './inside.ts'

/** The parts that ask for schemas; `schemas` is who checks them at the broker's and at MQTT's doors. */
const parts = ['schemas', 'pipelines', 'connect'] as const
export type RegistryGuest = (typeof parts)[number]

/**
 * Where clients log in, or speak TLS, the parts of this process have a listener to themselves: they
 * know neither a user's password nor by which name a certificate is.
 */
export function ownRegistry(clients: readonly RegistryListener[]) {
  const isOpen = clients.every(({ tls, entrance }) => tls === undefined && entrance === undefined)
  const entrance = isOpen ? undefined : new InsideEntrance(parts, systemRandom)
  const own = { host: '127.0.0.1', port: 0 }
  return {
    listeners: entrance === undefined ? clients : [...clients, { ...own, entrance }],
    /** Once they listen: where clients come in, and how each part does. */
    ways: (addresses: readonly Address[]) => {
      const [address] = entrance === undefined ? addresses : addresses.slice(-1)
      const urls = address === undefined ? [] : [`http://${reachable(address)}`]
      return {
        addresses: addresses.slice(0, clients.length),
        wayOf: (part: RegistryGuest): WayToRegistry =>
          entrance === undefined ? { urls } : { urls, basicAuth: entrance.loginOf(part) },
      }
    },
  }
}

/**
 * The same for converters, which are told it by Confluent's own keys. Where Connect's own keys name
 * another registry, that one is not shown what opens this one.
 */
export function keysOfRegistry(
  { registry, connect }: Config,
  { urls, basicAuth }: WayToRegistry,
): Readonly<Record<string, string>> {
  const isElsewhere = connect?.config['schema.registry.url'] !== undefined
  if (urls.length === 0 || isElsewhere) return {}
  const login = basicAuth && {
    'basic.auth.credentials.source': 'USER_INFO',
    'basic.auth.user.info': `${basicAuth.user}:${basicAuth.password}`,
  }
  return {
    ...(registry?.urls === undefined ? login : registry.config),
    'schema.registry.url': urls.join(),
  }
}
