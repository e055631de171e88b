import { converter } from './converter.ts'
import { openRegistry } from './registered/open-registry.ts'
import { flag, registryOptions } from './registered/options.ts'

export const protobufConverter = converter({
  name: 'io.confluent.connect.protobuf.ProtobufConverter',
  about: 'Protobuf, with its schemas in a schema registry.',
  options: {
    ...registryOptions,
    'enhanced.protobuf.schema.support': flag('Whether names of structs have their package.'),
    'int.for.enums': flag('Whether enums are numbers.'),
    'optional.for.nullables': flag('Whether just fields with the word optional are optional.'),
    'wrapper.for.nullables': flag(
      'Whether optional fields are messages such as google.protobuf.StringValue.',
    ),
    'scrub.invalid.names': flag(
      'Whether characters that Protobuf does not take in names become underscores.',
    ),
  },
  roles: ['key', 'value'],
  async open({ role, values }) {
    const { protobufLanguage } = await import('./protobuf/language.ts')
    const { RegisteredConverter } = await import('./registered/registered-converter.ts')
    const language = protobufLanguage({
      enhanced: values['enhanced.protobuf.schema.support'],
      generalizedSums: values['generalized.sum.type.support'],
      intForEnums: values['int.for.enums'],
      optionalForNullables: values['optional.for.nullables'],
      wrapperForNullables: values['wrapper.for.nullables'],
      scrubsNames: values['scrub.invalid.names'],
      ignoresDefaults: values['ignore.default.for.nullables'],
    })
    return new RegisteredConverter(language, await openRegistry(values), role, values)
  },
})
