import { converter } from './converter.ts'
import { openRegistry } from './registered/open-registry.ts'
import { flag, registryOptions } from './registered/options.ts'

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
    'enhanced.avro.schema.support': flag(
      'Whether enums stay enums, and the branches of unions have their whole names.',
    ),
    'scrub.invalid.names': flag(
      'Whether characters that Avro does not take in names become underscores.',
    ),
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
