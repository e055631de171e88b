/** leat's own registry, as its own parts come in: Confluent's keys, passwords and a listener of theirs. */
import type { InsideOptions } from '../client/doors/index.ts'
import type { WayToRegistry } from '../client/registry/index.ts'
import type { RegistryListener } from '../registry/index.ts'
import type { Address } from './addresses.ts'
import type { Config } from './config.ts'
import { insideDoor, waysInto } from './inside-door.ts'

/** The parts that ask for schemas; `schemas` is who checks them at the broker's and at MQTT's doors. */
const parts = ['schemas', 'pipelines', 'connect'] as const
export type RegistryGuest = (typeof parts)[number]

/**
 * Where clients log in, speak TLS or are told of, the parts of this process have a listener to
 * themselves: they know neither a user's password nor by which name a certificate is. So it is where a part speaks for
 * visitors of its own.
 */
export function ownRegistry(clients: readonly RegistryListener[], options: InsideOptions) {
  const { speaker } = options
  const isOpen = clients.every(({ tls, entrance }) => tls === undefined && entrance === undefined)
  const inside =
    isOpen && speaker === undefined
      ? undefined
      : insideDoor([...parts, ...(speaker === undefined ? [] : [speaker.part])], options)
  return {
    listeners: inside === undefined ? clients : [...clients, inside.listener],
    /** Once they listen: where clients come in, and how each part does. */
    ways: (addresses: readonly Address[]) => {
      const ways = waysInto(inside, addresses)
      return {
        ...ways,
        wayOf: (part: RegistryGuest): WayToRegistry => {
          const way = ways.wayOf(part)
          if (way === undefined) return { urls: [] }
          return { urls: [way.url], ...(way.login !== undefined && { basicAuth: way.login }) }
        },
        wayOfConsole: () => ways.wayOf('console'),
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
