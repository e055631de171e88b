/** The parameters of one Reader or Writer, merged, checked and complete. */
import type { Coding } from '../../formats/sinetstream/index.ts'

export type Consistency = 'AT_MOST_ONCE' | 'AT_LEAST_ONCE' | 'EXACTLY_ONCE'

/** PEM, as text; read from the files that the parameters name, or from their `_data` forms. */
export interface TlsParameters {
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly ciphers: string | undefined
  readonly checkHostname: boolean
}

export interface RetryParameters {
  /** With the first one. */
  readonly attempts: number
  /** Before the second attempt; doubled before each later one, up to the most. */
  readonly delayMs: number
  readonly mostDelayMs: number
}

export interface EventParameters {
  /** Undefined is binary where that can be. */
  readonly mode: 'binary' | 'structured' | undefined
  /** Of all events of a writer; whether the standard allows them is seen when one is written. */
  readonly attributes: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, unknown>>
}

export interface ServiceParameters {
  /** The service's name in its file; undefined where there is no file. */
  readonly service: string | undefined
  readonly type: string
  /** `host:port`, the default port filled in; empty for s3 and iostream. */
  readonly brokers: readonly string[]
  /** A writer has exactly one. */
  readonly topics: readonly string[]
  readonly clientId: string
  readonly consistency: Consistency
  readonly valueType: {
    readonly name: string
    readonly args: Readonly<Record<string, unknown>>
    /** A value type or a schema that the program gave as an object. */
    readonly custom?: unknown
  }
  readonly coding: Coding
  /** Infinity waits for ever. */
  readonly receiveTimeoutMs: number
  /** Of a reader: how often a message is tried whose handling fails, and how long the pauses are. */
  readonly retry: RetryParameters
  /** Of a reader: where a message goes that was tried in vain. */
  readonly deadLetters: { readonly topic: string } | undefined
  /** Messages are CloudEvents. */
  readonly events: EventParameters | undefined
  readonly tls: TlsParameters | undefined
  /**
   * Broker options: `type_spec` of a version 3 file, or the top-level keys that are not SINETStream's.
   * Values that were encrypted are bytes.
   */
  readonly spec: Readonly<Record<string, unknown>>
}
