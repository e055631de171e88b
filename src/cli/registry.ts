import { RegistryClient, type WayToRegistry, wayToRegistry } from '../client/registry/index.ts'
import type { ValuesOf } from './command.ts'
import { kafkaOptions, propertiesOf } from './kafka.ts'
import type { Terminal } from './terminal.ts'

export const registryOption = {
  registry: {
    type: 'string',
    short: 'r',
    value: 'URL,…',
    about:
      'The schema registry (default: schema.registry.url of --command-config, else LEAT_REGISTRY, else http://127.0.0.1:8081); a user and password may stand in the URL.',
    example: '-r http://registry:8081',
  },
  'command-config': kafkaOptions['command-config'],
} as const

type Options = ValuesOf<typeof registryOption>

export function openRegistry(options: Options, terminal: Terminal): RegistryClient {
  return new RegistryClient(registryWay(options, terminal))
}

/**
 * Where the registry is, and how one gets in, by Confluent's own keys. Keys of TLS are those of Kafka
 * where there are none for the registry alone.
 */
export function registryWay(options: Options, terminal: Terminal): WayToRegistry {
  const properties = propertiesOf(options, terminal)
  const url =
    options.registry ??
    properties['schema.registry.url'] ??
    terminal.environment.LEAT_REGISTRY ??
    'http://127.0.0.1:8081'
  return wayToRegistry({ ...withTlsOfKafka(properties), 'schema.registry.url': url })
}

function withTlsOfKafka(properties: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(properties)
  if (names.some((name) => name.startsWith('schema.registry.ssl.'))) return properties
  const tls = names
    .filter((name) => name.startsWith('ssl.'))
    .map((name) => [`schema.registry.${name}`, properties[name] ?? ''])
  return { ...properties, ...Object.fromEntries(tls) }
}
