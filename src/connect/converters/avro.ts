import { converter } from './converter.ts'
import { openRegistry } from './registered/open-registry.ts'
import { registryOptions } from './registered/options.ts'

export const avroConverter = converter({
  name: 'io.confluent.connect.avro.AvroConverter',
  about: 'Avro, with its schemas in a schema registry.',
  options: {
    ...registryOptions,
    'connect.meta.data': {
      type: 'boolean',
      default: 'true',
      importance: 'low',
      about: "Whether schemas carry Connect's names, versions, docs, parameters and defaults.",
    },
    'enhanced.avro.schema.support': {
      type: 'boolean',
      default: 'false',
      importance: 'medium',
      about: 'Whether enums stay enums, and the branches of unions have their whole names.',
    },
    'generalized.sum.type.support': {
      type: 'boolean',
      default: 'false',
      importance: 'medium',
      about: 'Whether unions and enums are the same in Avro, JSON Schema and Protobuf.',
    },
    'scrub.invalid.names': {
      type: 'boolean',
      default: 'false',
      importance: 'medium',
      about: 'Whether characters that Avro does not take in names become underscores.',
    },
    'allow.optional.map.keys': {
      type: 'boolean',
      default: 'false',
      importance: 'low',
      about: 'Whether maps with optional texts as keys are maps of Avro.',
    },
    'flatten.singleton.unions': {
      type: 'boolean',
      default: 'true',
      importance: 'low',
      about: 'Whether a union of one type is this type.',
    },
    'ignore.default.for.nullables': {
      type: 'boolean',
      default: 'false',
      importance: 'medium',
      about: 'Whether a null is written as null, also where the field has a default.',
    },
  },
  roles: ['key', 'value'],
  async open({ role, values }) {
    const { avroLanguage } = await import('./avro/language.ts')
    const { RegisteredConverter } = await import('./registered/registered-converter.ts')
    const language = avroLanguage({
      metaData: values['connect.meta.data'],
      enhanced: values['enhanced.avro.schema.support'],
      generalizedSums: values['generalized.sum.type.support'],
      scrubsNames: values['scrub.invalid.names'],
      allowsOptionalMapKeys: values['allow.optional.map.keys'],
      flattensSingletons: values['flatten.singleton.unions'],
      ignoresDefaults: values['ignore.default.for.nullables'],
    })
    return new RegisteredConverter(language, await openRegistry(values), role, values)
  },
})
