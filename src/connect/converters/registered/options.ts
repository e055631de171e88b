import type { Options, ValuesOf } from '../../kit/options.ts'

/** How a registry is spoken with: whoever takes over its address takes over these. */
export const connectionOptions = {
  'basic.auth.credentials.source': {
    type: 'string',
    default: 'URL',
    oneOf: ['URL', 'USER_INFO'],
    importance: 'medium',
    about: 'Where user and password stand: in the address, or in basic.auth.user.info.',
  },
  'basic.auth.user.info': {
    type: 'password',
    default: null,
    importance: 'medium',
    about: 'user:password for the registry.',
  },
  'schema.registry.basic.auth.user.info': {
    type: 'password',
    default: null,
    importance: 'medium',
    about: 'An older name of basic.auth.user.info.',
  },
  'bearer.auth.token': {
    type: 'password',
    default: null,
    importance: 'medium',
    about: 'A token for the registry.',
  },
  'schema.registry.ssl.truststore.location': of('The authorities to believe: PEM, PKCS12, JKS.'),
  'schema.registry.ssl.truststore.password': secret('Of the truststore.'),
  'schema.registry.ssl.truststore.type': of('JKS, PKCS12 or PEM; the file itself says it, too.'),
  'schema.registry.ssl.truststore.certificates': of('The authorities to believe, as PEM text.'),
  'schema.registry.ssl.keystore.location': of('A key with its certificates, to show there.'),
  'schema.registry.ssl.keystore.password': secret('Of the keystore.'),
  'schema.registry.ssl.keystore.type': of('JKS, PKCS12 or PEM; the file itself says it, too.'),
  'schema.registry.ssl.keystore.certificate.chain': of('The certificates to show, as PEM text.'),
  'schema.registry.ssl.keystore.key': secret('Their key, as PEM text.'),
  'schema.registry.ssl.key.password': secret('Of the key.'),
  'schema.registry.ssl.endpoint.identification.algorithm': of(
    "https compares the server's name with its certificate; empty does not.",
  ),
  'schema.registry.ssl.enabled.protocols': of('The versions of TLS, between commas.'),
  'schema.registry.ssl.cipher.suites': of('The cipher suites, between commas.'),
} as const satisfies Options

/** What all converters with a schema registry have in common. */
export const registryOptions = {
  'schema.registry.url': {
    type: 'list',
    default: null,
    importance: 'high',
    about: "The addresses of the schema registry; the worker's if none is given.",
  },
  ...connectionOptions,
  'auto.register.schemas': {
    type: 'boolean',
    default: 'true',
    importance: 'medium',
    about: 'Whether a schema that the registry does not know is registered.',
  },
  'use.latest.version': {
    type: 'boolean',
    default: 'false',
    importance: 'low',
    about: "Whether the subject's latest schema is used to write, whatever the record's own is.",
  },
  'normalize.schemas': flag(
    'Whether schemas are normalized when they are registered or looked up.',
  ),
  'key.subject.name.strategy': subjectStrategy('keys'),
  'value.subject.name.strategy': subjectStrategy('values'),
  'generalized.sum.type.support': flag(
    'Whether unions and enums are the same in Avro, JSON Schema and Protobuf.',
  ),
  'ignore.default.for.nullables': flag(
    'Whether a null is written as null, also where the field has a default.',
  ),
} as const satisfies Options

export type RegistryValues = ValuesOf<typeof registryOptions>

function of(about: string) {
  return { type: 'string', default: null, importance: 'medium', about } as const
}

function secret(about: string) {
  return { type: 'password', default: null, importance: 'medium', about } as const
}

/** A choice that is not made unless somebody asks. */
export function flag(about: string) {
  return { type: 'boolean', default: 'false', importance: 'medium', about } as const
}

function subjectStrategy(of: string) {
  return {
    type: 'class',
    default: 'io.confluent.kafka.serializers.subject.TopicNameStrategy',
    importance: 'medium',
    about: `The subject of ${of}: TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy.`,
    check: wrongStrategy,
  } as const
}

const strategies = ['TopicNameStrategy', 'RecordNameStrategy', 'TopicRecordNameStrategy']

function wrongStrategy(name: string): string | undefined {
  return strategies.includes(strategyName(name)) ? undefined : `Use one of ${strategies.join(', ')}`
}

/** The class without its package. */
export function strategyName(name: string): string {
  return name.split('.').at(-1) ?? name
}
