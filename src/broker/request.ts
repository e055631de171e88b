import type { Operation, ResourceType } from '../access/acl.ts'
import type { Principal } from '../access/principal.ts'
import { ByteReader, ByteWriter, MalformedBytes } from '../base/bytes.ts'
import { codecOf } from '../protocols/kafka/codec.ts'
import { describeErrorCode } from '../protocols/kafka/error-codes.ts'
import {
  type RequestHeader,
  readRequestHeader,
  writeResponseHeader,
} from '../protocols/kafka/frame.ts'
import type { Connection } from './connection.ts'
import type { Answer, Context, Handler, Services } from './handler.ts'
import { unsupportedVersion } from './handlers/18-api-versions.ts'
import { handlerByKey } from './handlers/index.ts'
import type { SaslSession } from './sasl/index.ts'
import { isTold, toldChanges } from './told-changes.ts'

const apiVersionsKey = 18
/** What the answer's field and a timer can hold. */
const longestThrottleMs = 2 ** 31 - 1

/** Whether the request in these bytes may follow another one that is not answered yet. */
export function isImmediate(frame: Buffer): boolean {
  return frame.length >= 2 && (handlerByKey.get(frame.readInt16BE(0))?.immediate ?? false)
}

/** One request: read from its frame, handled, and answered in the version in which it came. */
export class Request implements Context {
  readonly broker: Services
  readonly version: number
  readonly clientId: string | null
  readonly sizeBytes: number
  readonly #header: RequestHeader
  readonly #handler: Handler
  readonly #body: ByteReader
  readonly #connection: Connection
  readonly #pooled: Buffer[] = []
  #held = false
  #throttleMs = 0

  private constructor(
    header: RequestHeader,
    handler: Handler,
    body: ByteReader,
    connection: Connection,
    services: Services,
    sizeBytes: number,
  ) {
    this.sizeBytes = sizeBytes
    this.#header = header
    this.#handler = handler
    this.#body = body
    this.#connection = connection
    this.broker = services
    this.version = header.apiVersion
    this.clientId = header.clientId
  }

  /** Throws MalformedBytes where nobody here knows the API or its version. */
  static read(frame: Buffer, connection: Connection, services: Services): Request {
    const reader = new ByteReader(frame)
    const header = readRequestHeader(reader, (key) => handlerByKey.get(key)?.api)
    const handler = handlerByKey.get(header.apiKey)
    if (handler === undefined) throw new MalformedBytes(`API key ${header.apiKey} is not served`)
    return new Request(header, handler, reader, connection, services, frame.length)
  }

  get api(): Handler['api'] {
    return this.#handler.api
  }

  /** Whether its version is one that is answered. */
  get isServed(): boolean {
    const { from, to } = this.#handler.api.versions
    return this.version >= from && this.version <= to
  }

  get immediate(): boolean {
    return this.#handler.immediate && !this.#held
  }

  get principal(): Principal {
    return this.#connection.principal
  }

  get clientHost(): string {
    return this.#connection.clientHost
  }

  get address(): { host: string; port: number } {
    return this.#connection.address
  }

  get session(): SaslSession | undefined {
    return this.#connection.session
  }

  get gone(): AbortSignal {
    return this.#connection.gone
  }

  allows(operation: Operation, type: ResourceType, name: string): boolean {
    return this.#connection.rights.allows(operation, type, name)
  }

  shows(operation: Operation, type: ResourceType, name: string): boolean {
    return this.#connection.rights.shows(operation, type, name)
  }

  allowsAny(operation: Operation, type: ResourceType): boolean {
    return this.#connection.rights.allowsAny(operation, type)
  }

  releaseAfterSending(buffer: Buffer): void {
    this.#pooled.push(buffer)
  }

  hold(): void {
    this.#held = true
  }

  /** How long the client must wait; the answer says so. */
  get throttleMs(): number {
    return this.#throttleMs
  }

  throttle(ms: number): void {
    this.#throttleMs = Math.max(this.#throttleMs, Math.min(ms, longestThrottleMs))
  }

  /** What the handler returns: the answer's message, a promise of it, or `noResponse`. */
  handle(): unknown {
    const { api, handle } = this.#handler
    if (!this.isServed) {
      if (api.key === apiVersionsKey) return unsupportedVersion
      throw new MalformedBytes(
        `${api.name} version ${this.version} is not served, only ${api.versions.from} to ${api.versions.to}`,
      )
    }
    const { quotas } = this.broker
    const isMeasured = quotas.limits('request_percentage')
    const startMs = isMeasured ? performance.now() : 0
    const request = codecOf(api, 'request', this.version).decode(this.#body)
    const result = handle(request as never, this)
    this.#tellChanges(request, result)
    if (isMeasured) {
      const percentSeconds = (performance.now() - startMs) / 10
      this.throttle(quotas.record('request_percentage', this, percentSeconds))
    }
    return result
  }

  /** Once it is known what came of them; a request that fails unexpectedly has changed nothing that is known. */
  #tellChanges(request: unknown, result: unknown): void {
    const { audit } = this.broker
    if (audit === undefined || !isTold(this.api.key)) return
    const { principal, clientId } = this
    const { host } = this.#connection
    const tell = (answer: unknown) => {
      for (const { errorCode, type, name, details } of toldChanges(this.api, request, answer)) {
        audit.tell({
          ...{ kind: 'change', door: 'kafka', host, principal, clientId },
          ...{ request: this.api.name, resource: { type, name }, details },
          ...(errorCode === 0
            ? { outcome: 'success' }
            : { outcome: 'failure', error: describeErrorCode(errorCode).name }),
        })
      }
    }
    Promise.resolve(result)
      .then(tell, () => {})
      .catch((error) =>
        this.broker.logger.error('A change could not be told to the audit log', {
          error: `${error}`,
        }),
      )
  }

  /** Encodes the handler's message. */
  answer(message: unknown): Answer {
    const { api } = this.#handler
    // A client that asks in a version of ApiVersions which is unknown here understands version 0.
    const version = message === unsupportedVersion ? 0 : this.version
    const writer = new ByteWriter(512)
    writer.int32(0)
    writeResponseHeader(writer, api, version, this.#header.correlationId)
    codecOf(api, 'response', version).encode(this.#throttled(message) as never, writer)
    const parts = writer.parts()
    const first = parts[0] as Uint8Array
    new DataView(first.buffer, first.byteOffset).setInt32(0, writer.length - 4)
    return { parts, pooled: this.#pooled }
  }

  #throttled(message: unknown): unknown {
    if (this.#throttleMs === 0 || !('throttleTimeMs' in this.#handler.api.response)) return message
    return { ...Object(message), throttleTimeMs: this.#throttleMs }
  }
}
