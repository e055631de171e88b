/**
 * The parameters that a program may give, under the names that they have in service files and in
 * SINETStream's other languages. What is given here wins over the file.
 */
import type { Consistency } from './parameters.ts'

export interface CommonParameters {
  /** The service's name in the file; may be absent where the file has one service only. */
  readonly service?: string
  /** The name of a configuration on the configuration server of ~/.config/sinetstream/auth.json, instead of a file. */
  readonly config?: string
  /** The path of the service file, instead of ./.sinetstream_config.yml and ~/.config/sinetstream/config.yml. */
  readonly config_file?: string
  /** There is no file: everything is given here. */
  readonly no_config?: boolean
  readonly type?: string
  /** `host:port`, several with commas or as a list; default ports by type. */
  readonly brokers?: string | readonly string[]
  readonly client_id?: string
  readonly consistency?: Consistency
  /** A name, `{name, args}`, a value type or a Standard Schema; Reader and Writer infer the type of the values from it. */
  readonly value_type?: unknown
  readonly data_compression?: boolean
  readonly compression?: CompressionParameters
  readonly data_encryption?: boolean
  readonly crypto?: CryptoParameters
  /** No envelope: the value alone. */
  readonly user_data_only?: boolean
  readonly message_format?: 2 | 3
  /** Messages are CloudEvents 1.0, without SINETStream's envelope; for a reader `true` is enough. */
  readonly cloudevents?: boolean | CloudEventsParameters
  readonly tls?: boolean | GivenTls
  /** What the broker's own client is told: `group_id`, `keepalive`, `bucket`. Counts with files of every version. */
  readonly type_spec?: Readonly<Record<string, unknown>>
}

/** What all events of a writer have, unless one says otherwise. */
export interface CloudEventsParameters {
  /** Attributes in headers, or everything as JSON; binary where the transport has headers. */
  readonly mode?: 'binary' | 'structured'
  /** A URI reference, such as '/plant/pump-1'. */
  readonly source?: string
  readonly type?: string
  readonly subject?: string
  readonly dataschema?: string
  /** As the value type says, if absent. */
  readonly datacontenttype?: string
  readonly extensions?: Readonly<Record<string, string | number | boolean>>
}

export interface ReaderParameters extends CommonParameters {
  /** A message whose handling fails is tried again, before it is given up. */
  readonly retry?: {
    /** With the first one; 5 by default. */
    readonly attempts?: number
    /** Before the second attempt, 100 by default; doubled before each later one. */
    readonly delay_ms?: number
    /** 10000 by default. */
    readonly max_delay_ms?: number
  }
  /** Where a message goes that cannot be read, or was tried in vain. */
  readonly dead_letters?: { readonly topic: string }
  readonly topic?: string | readonly string[]
  readonly topics?: string | readonly string[]
  /** Without a message for so long an iteration ends; for ever, if absent. */
  readonly receive_timeout_ms?: number
}

export interface WriterParameters extends CommonParameters {
  readonly topic?: string
}

export interface CompressionParameters {
  readonly algorithm?: 'gzip' | 'zstd' | 'lz4'
  readonly level?: number
  readonly gzip?: Readonly<Record<string, unknown>>
  readonly zstd?: Readonly<Record<string, unknown>>
  readonly lz4?: Readonly<Record<string, unknown>>
}

export interface CryptoParameters {
  readonly algorithm?: 'AES'
  readonly key_length?: 128 | 192 | 256
  readonly mode?: 'CBC' | 'OFB' | 'CTR' | 'EAX' | 'GCM' | 'CFB' | 'OPENPGP' | 'OPENPGPCFB'
  readonly padding?: 'none' | 'NoPadding' | 'pkcs7' | null
  readonly password?: string | { readonly value: string } | { readonly path: string }
  /** Instead of a password; as long as `key_length` says. */
  readonly key?: Uint8Array
  readonly key_derivation?: {
    readonly algorithm?: 'pbkdf2' | 'PBKDF2WithHmacSHA256'
    readonly salt_bytes?: number
    readonly iteration?: number
    readonly prf?: 'HMAC-SHA256' | 'HMAC-SHA384' | 'HMAC-SHA512'
  }
}

/** Paths of PEM files, or the PEM text itself (`_data`). */
export interface GivenTls {
  readonly ca_certs?: string
  readonly ca_certs_data?: string | Uint8Array
  readonly certfile?: string
  readonly certfile_data?: string | Uint8Array
  readonly keyfile?: string
  readonly keyfile_data?: string | Uint8Array
  readonly ciphers?: string
  readonly check_hostname?: boolean
}
