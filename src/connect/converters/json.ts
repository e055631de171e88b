import { jsonText, parseJson } from '../../base/lossless-json.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import type { ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { isObject } from '../values/fields.ts'
import { type Converted, converter, everyRole } from './converter.ts'
import { connectSchema, envelopeSchema } from './json-envelope.ts'
import { hasDecimals, type JsonOptions, type JsonReader, readerOf } from './json-read.ts'
import { type JsonWriter, writerOf, writeSchemaless } from './json-write.ts'

export const jsonConverter = converter({
  name: 'org.apache.kafka.connect.json.JsonConverter',
  about: 'JSON, with the schema beside each value (`{"schema": …, "payload": …}`) or without any.',
  options: {
    'schemas.enable': {
      type: 'boolean',
      default: 'true',
      importance: 'high',
      about: 'Whether each value has its schema beside it.',
    },
    'schemas.cache.size': {
      type: 'int',
      default: '1000',
      least: 0,
      importance: 'high',
      about: 'How many schemas are remembered.',
    },
    'decimal.format': {
      type: 'string',
      default: 'BASE64',
      oneOf: ['BASE64', 'NUMERIC'],
      importance: 'low',
      about: 'How decimals are written: as bytes in base64, or as numbers.',
    },
    'replace.null.with.default': {
      type: 'boolean',
      default: 'true',
      importance: 'low',
      about: 'Whether a null of a field that has a default is replaced with this default.',
    },
  },
  roles: everyRole,
  open({ values }) {
    const options: JsonOptions = {
      replacesNull: values['replace.null.with.default'],
      decimals: values['decimal.format'] as JsonOptions['decimals'],
      dialect: 'tuples',
    }
    const hasEnvelope = values['schemas.enable']
    const reader = new EnvelopeReader(options, values['schemas.cache.size'])
    const writer = new EnvelopeWriter(options)
    return {
      toConnect(_, bytes) {
        if (bytes === null) return { schema: null, value: null }
        if (hasEnvelope) return reader.read(bytes)
        const text = bytes.toString()
        return { schema: null, value: text.trim() === '' ? null : parsed(text) }
      },
      fromConnect(_, schema, value) {
        if (schema === null && value === null) return null
        const text = hasEnvelope ? writer.write(schema, value) : writer.writePayload(schema, value)
        return Buffer.from(text)
      },
    }
  },
})

interface KnownSchema {
  /** Of a text that has this schema in front and nothing behind the payload. */
  readonly prefix: Buffer
  readonly schema: ConnectSchema | null
  readonly read: JsonReader
  /** Whether there are decimals, for which numbers are read exactly. */
  readonly exact: boolean
}

/** Values that follow each other mostly have the same schema, which is then not even parsed. */
class EnvelopeReader {
  readonly #options: JsonOptions
  readonly #known: RecentlyUsed<string, KnownSchema>
  #last: KnownSchema | undefined

  constructor(options: JsonOptions, mostSchemas: number) {
    this.#options = options
    this.#known = new RecentlyUsed(mostSchemas)
  }

  read(bytes: Buffer): Converted {
    if (this.#last !== undefined && isEnvelopeOf(bytes, this.#last.prefix)) {
      const payload = tried(
        bytes.toString('utf8', this.#last.prefix.length, bytes.length - 1),
        this.#last.exact,
      )
      if (payload !== undefined) return converted(this.#last, payload)
    }
    const text = bytes.toString()
    const envelope = parsed(text)
    const known = this.#knownOf(envelope)
    this.#last = known
    const exact = known.exact ? parsed(text, true) : envelope
    return converted(known, (exact as { payload: unknown }).payload)
  }

  #knownOf(envelope: unknown): KnownSchema {
    if (
      !isObject(envelope) ||
      Object.keys(envelope).length !== 2 ||
      envelope.schema === undefined ||
      envelope.payload === undefined
    ) {
      throw new DataError(
        'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not ' +
          'contain additional fields. If you are trying to deserialize plain JSON data, set ' +
          'schemas.enable=false in your converter configuration.',
      )
    }
    const text = jsonText(envelope.schema)
    const known = this.#known.get(text) ?? this.#learn(text, envelope.schema)
    this.#known.set(text, known)
    return known
  }

  #learn(text: string, json: unknown): KnownSchema {
    const prefix = Buffer.from(`{"schema":${text},"payload":`)
    if (json === null) return { prefix, schema: null, read: (value) => value, exact: false }
    const schema = connectSchema(json, this.#options)
    return { prefix, schema, read: readerOf(schema, this.#options), exact: hasDecimals(schema) }
  }
}

function isEnvelopeOf(bytes: Buffer, prefix: Buffer): boolean {
  const { length } = prefix
  return (
    bytes.length > length &&
    bytes[bytes.length - 1] === closingBrace &&
    prefix.compare(bytes, 0, length) === 0
  )
}

const closingBrace = '}'.charCodeAt(0)

function converted({ schema, read }: KnownSchema, payload: unknown): Converted {
  return { schema, value: read(payload) }
}

/** The payload, or undefined where there is more behind it. */
function tried(text: string, exact: boolean): unknown {
  try {
    return parseJson(text, exact)
  } catch {
    return undefined
  }
}

function parsed(text: string, exact = false): unknown {
  try {
    return parseJson(text, exact)
  } catch (cause) {
    throw new DataError(
      `Converting byte[] to Kafka Connect data failed due to serialization error: ${(cause as Error).message}`,
      { cause },
    )
  }
}

class EnvelopeWriter {
  readonly #options: JsonOptions
  /** What is written before the payload, and how it is written, for each schema. */
  readonly #known = new WeakMap<
    ConnectSchema,
    { readonly prefix: string; readonly json: JsonWriter }
  >()

  constructor(options: JsonOptions) {
    this.#options = options
  }

  write(schema: ConnectSchema | null, value: unknown): string {
    const prefix = schema === null ? '{"schema":null,"payload":' : this.#knownOf(schema).prefix
    return `${prefix}${this.writePayload(schema, value)}}`
  }

  writePayload(schema: ConnectSchema | null, value: unknown): string {
    return JSON.stringify(
      schema === null ? writeSchemaless(value) : this.#knownOf(schema).json(value),
    )
  }

  #knownOf(schema: ConnectSchema) {
    const known = this.#known.get(schema) ?? {
      prefix: `{"schema":${JSON.stringify(envelopeSchema(schema, this.#options))},"payload":`,
      json: writerOf(schema, this.#options),
    }
    this.#known.set(schema, known)
    return known
  }
}
