import type { Buffer } from 'node:buffer'
import type { Audit } from '../access/audit.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import type { Principal } from '../access/principal.ts'
import type { Rights } from '../access/rights.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Log } from '../log/index.ts'
import type { Api, Draft, MessageOf, Schema } from '../protocols/kafka/schema.ts'
import type { AccessControl } from './access/index.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { DelegationTokens } from './delegation/index.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { GroupCoordinator } from './groups/index.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { Quotas } from './quotas/index.ts'
import type { Logins, SaslSession } from './sasl/index.ts'
import type { SchemaGate } from './schema-gate.ts'
import type { BrokerSettings } from './settings.ts'
import type { Topics } from './topics.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** What every handler may use: the parts of one broker. */
export interface Services {
  readonly clusterId: string
  /** Undefined where everybody may do everything. */
  readonly access: AccessControl | undefined
  /** Told who logs in, what clients may not do, and what they change. */
  readonly audit: Audit | undefined
  /** Asked before a password is looked at. */
  readonly failedLogins: FailedLogins | undefined
  readonly quotas: Quotas
  /** The APIs that are served, for ApiVersions to tell. */
  readonly apis: readonly Api<Schema, Schema>[]
  readonly settings: BrokerSettings
  readonly log: Log
  readonly topics: Topics
  readonly groups: GroupCoordinator
  readonly producerIds: ProducerIds
  readonly schemaGate: SchemaGate
  readonly logins: Logins
  readonly delegationTokens: DelegationTokens
  readonly waitingRoom: WaitingRoom
  readonly fetchSessions: FetchSessions
  readonly buffers: BufferPool
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Who asks, how, and through which door. */
export interface Context extends Rights {
  readonly broker: Services
  readonly principal: Principal
  /** The version of the API in which the request came and the answer goes. */
  readonly version: number
  readonly clientId: string | null
  /** The client's address without its port, as Kafka prints it in group descriptions: `/127.0.0.1`. */
  readonly clientHost: string
  /** Where this client reaches the broker: the listener's advertised address, else the one it used. */
  readonly address: { readonly host: string; readonly port: number }
  /** How this client logs in; undefined where nobody has to. */
  readonly session: SaslSession | undefined
  /** Aborted when the connection is gone, so that nobody waits on its behalf. */
  readonly gone: AbortSignal
  /** Gives a pooled buffer back once the answer that refers to it has left. */
  readonly releaseAfterSending: (buffer: Buffer) => void
  /** How large the request is. */
  readonly sizeBytes: number
  /** Lets the client wait for so long, from the answer on; the longest wait counts. */
  readonly throttle: (ms: number) => void
  /** Makes an immediate request one like all others: what comes behind it waits for its answer. */
  readonly hold: () => void
}

export interface Answer {
  /** The whole frame, length first, to be written in this order. */
  readonly parts: readonly Uint8Array[]
  /** Buffers to be given back once the frame has left. */
  readonly pooled: readonly Buffer[]
}

/** What a handler returns where no answer may be sent (Produce with acks=0). */
export const noResponse: unique symbol = Symbol('no response')

export interface Handler {
  readonly api: Api<Schema, Schema>
  readonly handle: (request: never, context: Context) => unknown
  /**
   * All that it does is append, and that is done when `handle` returns; only the answer may come
   * later. Such requests of one connection overlap, so that pipelined ones share a write and a sync,
   * and their bytes may be reused once the log's burst is over.
   */
  readonly immediate: boolean
}

/** Ties a Kafka API to the function that answers it; both types come from the schema. */
export function handler<Request extends Schema, Response extends Schema>(
  api: Api<Request, Response>,
  handle: (
    request: MessageOf<Request>,
    context: Context,
  ) => Promise<Draft<Response> | typeof noResponse> | Draft<Response> | typeof noResponse,
  { immediate = false } = {},
): Handler {
  return {
    api: api as unknown as Api<Schema, Schema>,
    handle: handle as Handler['handle'],
    immediate,
  }
}
