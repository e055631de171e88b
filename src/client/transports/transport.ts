/**
 * What Reader and Writer need of a broker. A transport moves bytes and keeps the promise of the
 * consistency; it knows nothing of message formats, encryption or value types.
 */
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Mailbox } from '../../base/mailbox.ts'
import type { Random } from '../../base/random.ts'
import type { EventPrefix } from '../../formats/cloudevents/index.ts'
import type { ServiceParameters } from '../service/parameters.ts'

/** Time, chance and the log, from outside. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface MessageHeader {
  readonly key: string
  readonly value: Uint8Array
}

/** What messages of a service can carry beside their bytes. */
export interface Carriage {
  /** What may stand in the value of a header; `none` where there are no headers. */
  readonly headers: 'utf-8' | 'ascii' | 'none'
  /** What the attributes of a CloudEvent begin with, among the headers; absent where its binary mode cannot be. */
  readonly eventPrefix?: EventPrefix
}

export interface OutgoingMessage {
  readonly topic: string
  readonly bytes: Buffer
  /** Microseconds since the epoch; 0 is not set. */
  readonly timestampUs: number
  readonly key?: Uint8Array | undefined
  /** Kafka's headers, MQTT 5's user properties, S3's metadata; other transports refuse them. */
  readonly headers?: readonly MessageHeader[] | undefined
  /** A media type, where there is a place for it: Kafka's header `content-type`, MQTT 5's property. */
  readonly contentType?: string | undefined
}

export interface IncomingMessage {
  readonly topic: string
  readonly bytes: Buffer
  /** What the broker knows of the time, in microseconds; for messages without an envelope. */
  readonly timestampUs: number
  readonly key?: Buffer | undefined
  readonly headers?: readonly MessageHeader[] | undefined
  readonly contentType?: string | undefined
  /** Where in its topic it was: a partition and an offset, the key of an object. */
  readonly place?: Readonly<Record<string, string>>
  /** The broker's own form of the message: a Kafka record with its place, an MQTT packet, an S3 object's key. */
  readonly raw: unknown
  /** To be awaited before the message is handed out: true when its place is taken and it will not come again; false when it is no longer ours, and is passed over. */
  readonly claim?: () => Promise<boolean>
  /** The message was handed out and its handler is done: its place may be committed, its packet acknowledged. */
  readonly done?: () => void
}

export type ClientFigures = Readonly<Record<string, Readonly<Record<string, number>>>>

export type SeekTarget = 'beginning' | 'end' | Date

export interface Inlet {
  /** Its `take` throws what ends the reading for good; what passes by itself (a lost broker) is not told. */
  readonly inbox: Mailbox<IncomingMessage>
  /** Where the transport has such a thing as a position. Messages from before the seek do not come any more. */
  readonly seek?: (target: SeekTarget) => Promise<void>
  /** What the broker's client itself counts, in groups, for `metrics.raw`. */
  readonly figures?: () => ClientFigures
  /** What `reader.info('<type>.…')` tells: nested plain values. */
  info(): Readonly<Record<string, unknown>>
  /** Keeps what `done` promised (commits, acknowledgements), then lets go. Idempotent. */
  close(): Promise<void>
}

export interface Outlet {
  readonly figures?: () => ClientFigures
  /**
   * Resolves with what the broker answered, as the consistency demands: when the bytes are on their
   * way (AT_MOST_ONCE), when the broker has acknowledged them. Waits for room where too much is on its way.
   */
  publish(message: OutgoingMessage): Promise<unknown>
  info(): Readonly<Record<string, unknown>>
  /** Sends what is on its way, within bounds, then lets go. Idempotent. */
  close(): Promise<void>
}

/** One file a transport; `index.ts` is the only list, by the `type` of a service. */
export interface Transport {
  readonly type: string
  /** Keys of `type_spec` that it knows; with their sentences, for documentation. Others go unheeded, with a warning. */
  readonly specKeys: Readonly<Record<string, string>>
  carriage(parameters: ServiceParameters): Carriage
  /** Whether a reader of `wanted` gets what is written to `topic`. */
  reads(wanted: string, topic: string): boolean
  /** Keys of `type_spec` that are meant for a service's own reader or writer, and not for a second connection beside it. */
  readonly ownSpecKeys: readonly string[]
  openInlet(parameters: ServiceParameters, surroundings: Surroundings): Promise<Inlet>
  openOutlet(parameters: ServiceParameters, surroundings: Surroundings): Promise<Outlet>
}
