import { type Address, formatAddress, isLoopback } from '../addresses.ts'
import { schemeOf } from '../banner.ts'
import type { Config } from '../config.ts'

interface Server {
  readonly host: string
  readonly protocol: 'kafka' | 'kafka-secure' | 'mqtt'
  readonly [field: string]: unknown
}

/** One for each address that clients may connect to. */
export function serversOf({ kafka, mqtt, registry }: Config): Record<string, Server> {
  const bindings =
    registry === undefined
      ? {}
      : {
          bindings: {
            kafka: {
              schemaRegistryUrl: registry.urls?.[0] ?? ownRegistryUrl(registry),
              schemaRegistryVendor: 'confluent',
              bindingVersion: '0.5.0',
            },
          },
        }
  const brokers =
    kafka.brokers?.map((address) => ({
      host: formatAddress(address),
      protocol: 'kafka' as const,
    })) ??
    kafka.listeners.map(({ bind, advertised, tls }) => ({
      ...(advertised === undefined ? reachable(bind) : { host: formatAddress(advertised) }),
      protocol: tls === undefined ? ('kafka' as const) : ('kafka-secure' as const),
    }))
  const doors = (mqtt?.listeners ?? []).map(({ bind }) => reachable(bind))
  const about = { protocolVersion: '5', description: 'MQTT 3.1, 3.1.1 and 5, by TCP or WebSocket.' }
  return Object.fromEntries<Server>([
    ...numbered(
      'kafka',
      brokers.map((one) => ({ ...one, ...bindings })),
    ),
    ...numbered(
      'mqtt',
      doors.map((one) => ({ ...one, protocol: 'mqtt', ...about })),
    ),
  ])
}

function ownRegistryUrl(registry: NonNullable<Config['registry']>): string {
  const { host } = reachable(registry.bind)
  return `${schemeOf(registry)}://${host.replace('{machine}', 'localhost')}`
}

/** An address that stands for all of a machine's is one that only its reader can name. */
function reachable(bind: Address): { readonly host: string; readonly variables?: object } {
  if (bind.host !== '0.0.0.0' && bind.host !== '::') {
    const host = isLoopback(bind.host) ? 'localhost' : bind.host
    return { host: formatAddress({ host, port: bind.port }) }
  }
  const about = { default: 'localhost', description: "The machine's name or address." }
  return { host: `{machine}:${bind.port}`, variables: { machine: about } }
}

function numbered(name: string, servers: readonly Server[]): [string, Server][] {
  return servers.map((server, index) => [
    servers.length === 1 ? name : `${name}-${index + 1}`,
    server,
  ])
}
