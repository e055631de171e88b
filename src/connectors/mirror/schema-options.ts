/** The keys of the connector of schemas. */
import type { Option, Options, ValuesOf } from '../../connect/kit/index.ts'
import { type End, positive, topicFilter, wayOptions } from './options.ts'

const registries = 'Registries'

/** Confluent's own keys of a client of registries; secrets are not shown. */
const keysOfRegistries = {
  'schema.registry.url': 'string',
  'basic.auth.user.info': 'password',
  'bearer.auth.token': 'password',
  'schema.registry.ssl.truststore.location': 'string',
  'schema.registry.ssl.truststore.password': 'password',
  'schema.registry.ssl.truststore.certificates': 'password',
} as const

type RegistryKey = keyof typeof keysOfRegistries

const registryOptions = Object.fromEntries(
  (['source', 'target'] as const).flatMap((end) =>
    Object.entries(keysOfRegistries).map(([key, type]): [string, Option] => [
      `${end}.${key}`,
      {
        ...{ type, default: null, importance: 'medium', group: registries },
        about: `Confluent's ${key}, for the registry of the ${end}.`,
      },
    ]),
  ),
) as Readonly<
  Record<`${End}.${RegistryKey}`, Option & { readonly type: 'string'; readonly default: null }>
>

/** Confluent's own keys for the registry of one end. */
export function registryKeysIn(values: SchemaMirrorValues, end: End) {
  return Object.fromEntries(
    (Object.keys(keysOfRegistries) as RegistryKey[]).map((key) => [
      key,
      values[`${end}.${key}`] ?? undefined,
    ]),
  )
}

export const schemaOptions = {
  ...wayOptions,
  ...topicFilter,
  ...registryOptions,
  'target.schema.context': {
    type: 'string',
    default: '',
    about:
      'In which context of the target schemas stand, as .factory; without it in the default one, whose ids must be free.',
    importance: 'medium',
    group: registries,
    check: (text: string) =>
      text === '' || /^\.[^:]+$/.test(text) ? undefined : 'write a dot and a name, as .factory',
  },
  'sync.schemas.interval.seconds': {
    ...positive,
    default: '60',
    about: 'How often new schemas are looked for.',
    importance: 'low',
  },
} as const satisfies Options

export type SchemaMirrorValues = ValuesOf<typeof schemaOptions>
