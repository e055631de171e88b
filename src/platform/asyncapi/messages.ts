import type { RegisteredSchema } from '../../client/registry/index.ts'
import type { Config } from '../config.ts'

/** The media types of a registry's kinds of schemas: of the schema, and of what it describes. */
const formats = {
  AVRO: {
    schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
    contentType: 'application/vnd.apache.avro+binary',
    isJson: true,
  },
  JSON: {
    schemaFormat: 'application/schema+json;version=draft-07',
    contentType: 'application/json',
    isJson: true,
  },
  PROTOBUF: {
    schemaFormat: 'application/vnd.google.protobuf;version=3',
    contentType: 'application/x-protobuf',
    isJson: false,
  },
} as const

/** What the records of a Kafka topic are. */
export function messageOf(
  topic: string,
  routes: NonNullable<Config['mqtt']>['routes'],
  schema: Pick<RegisteredSchema, 'type' | 'text'> | undefined,
): object {
  const keys = routes.filter(({ to, key }) => to === topic && key !== undefined)
  const description = keys.map(({ from, key }) => `${key} of what comes by ${from}`).join('; ')
  return {
    name: topic,
    ...(schema !== undefined && payloadOf(schema)),
    ...(keys.length > 0 && {
      bindings: { kafka: { key: { type: 'string', description }, bindingVersion: '0.5.0' } },
    }),
  }
}

function payloadOf({ type, text }: Pick<RegisteredSchema, 'type' | 'text'>): object {
  const { schemaFormat, contentType, isJson } = formats[type]
  const schema = isJson ? (JSON.parse(text) as unknown) : text
  return { contentType, payload: { schemaFormat, schema } }
}
