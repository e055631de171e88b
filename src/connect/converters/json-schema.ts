import { converter } from './converter.ts'
import { openRegistry } from './registered/open-registry.ts'
import { flag, registryOptions } from './registered/options.ts'

export const jsonSchemaConverter = converter({
  name: 'io.confluent.connect.json.JsonSchemaConverter',
  about: 'JSON, with its JSON Schemas in a schema registry.',
  options: {
    ...registryOptions,
    'decimal.format': {
      type: 'string',
      default: 'BASE64',
      oneOf: ['BASE64', 'NUMERIC'],
      importance: 'low',
      about: 'How decimals are written: as bytes in base64, or as numbers.',
    },
    'object.additional.properties': {
      type: 'boolean',
      default: 'true',
      importance: 'medium',
      about: 'Whether objects may have properties that their schema does not name.',
    },
    'use.optional.for.nonrequired': flag(
      'Whether properties that are not required become optional fields.',
    ),
  },
  roles: ['key', 'value'],
  async open({ role, values }) {
    const { jsonSchemaLanguage } = await import('./json-schema/language.ts')
    const { RegisteredConverter } = await import('./registered/registered-converter.ts')
    const language = jsonSchemaLanguage({
      dialect: 'objects',
      decimals: values['decimal.format'] === 'NUMERIC' ? 'NUMERIC' : 'BASE64',
      replacesNull: !values['ignore.default.for.nullables'],
      allowsAdditional: values['object.additional.properties'],
      optionalUnlessRequired: values['use.optional.for.nonrequired'],
      generalizedSums: values['generalized.sum.type.support'],
    })
    return new RegisteredConverter(language, await openRegistry(values), role, values)
  },
})
