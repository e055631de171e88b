/** Confluent Cloud's short names of formats, as `input.data.format=AVRO`, in the worker's own words. */
type Configuration = Readonly<Record<string, string | null | undefined>>

const json = 'org.apache.kafka.connect.json.JsonConverter'

const formats: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AVRO: { '': 'io.confluent.connect.avro.AvroConverter' },
  PROTOBUF: { '': 'io.confluent.connect.protobuf.ProtobufConverter' },
  JSON_SR: { '': 'io.confluent.connect.json.JsonSchemaConverter' },
  JSON: { '': json, '.schemas.enable': 'false' },
  SCHEMALESS_JSON: { '': json, '.schemas.enable': 'false' },
  STRING: { '': 'org.apache.kafka.connect.storage.StringConverter' },
  BYTES: { '': 'org.apache.kafka.connect.converters.ByteArrayConverter' },
}

/** Which option speaks of which converter. */
const options = {
  'input.data.format': 'value.converter',
  'output.data.format': 'value.converter',
  'input.key.format': 'key.converter',
  'output.data.key.format': 'key.converter',
  'output.key.format': 'key.converter',
} as const

/** A converter that is named itself counts more. An unknown format stays the converter's name. */
export function withDataFormats(config: Configuration): Configuration {
  const added: Record<string, string> = {}
  for (const [option, converter] of Object.entries(options)) {
    const format = config[option]?.trim()
    if (format == null || config[converter] != null) continue
    const given = formats[format.toUpperCase()] ?? { '': format }
    for (const [suffix, value] of Object.entries(given)) added[`${converter}${suffix}`] = value
  }
  return { ...added, ...config }
}
