import type { Options, ValuesOf } from '../../kit/options.ts'

/** What all converters with a schema registry have in common. */
export const registryOptions = {
  'schema.registry.url': {
    type: 'list',
    default: null,
    importance: 'high',
    about: "The addresses of the schema registry; the worker's if none is given.",
  },
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
