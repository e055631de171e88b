import { atMost } from '../../../base/clock.ts'
import { uuidBytes } from '../../../base/random.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { OutgoingMessage, Outlet, Surroundings } from '../transport.ts'
import { Bucket, type Put, type Stored } from './bucket.ts'
import { s3Error } from './errors.ts'
import { metadataOf } from './metadata.ts'
import { objectKey } from './names.ts'
import { Room } from './room.ts'
import { type S3Spec, s3SpecOf } from './spec.ts'

const deliveryTimeoutMs = 120_000
const closingTimeoutMs = 30_000
/** A server that is away is not complained of for each message. */
const complaintEveryMs = 10_000

/** What `publish` resolves with is where the object is, and its etag where the server told it. */
export async function openS3Outlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Outlet> {
  const spec = s3SpecOf(parameters, surroundings)
  const bucket = await Bucket.open(spec, parameters, surroundings, 'to write')
  return new S3Outlet(bucket, spec, parameters, surroundings)
}

class S3Outlet implements Outlet {
  readonly #bucket: Bucket
  readonly #spec: S3Spec
  readonly #parameters: ServiceParameters
  readonly #surroundings: Surroundings
  readonly #writer: string
  readonly #room = new Room()
  readonly #ended = new AbortController()
  #seqno = 0
  #lost = 0
  #complainedAt = Number.NEGATIVE_INFINITY
  #closing: Promise<void> | undefined

  constructor(
    bucket: Bucket,
    spec: S3Spec,
    parameters: ServiceParameters,
    surroundings: Surroundings,
  ) {
    this.#bucket = bucket
    this.#spec = spec
    this.#parameters = parameters
    this.#surroundings = surroundings
    const id = uuidBytes(surroundings.random).toString('hex')
    this.#writer = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }

  async publish(message: OutgoingMessage): Promise<Stored> {
    const { topic, bytes, timestampUs } = message
    const { consistency } = this.#parameters
    const metadata = metadataOf(message)
    this.#seqno += 1
    const name = { topic, writer: this.#writer, seqno: this.#seqno }
    const key = objectKey(this.#spec, name, timestampUs)
    await this.#room.enter(bytes.length)
    const put = { key, bytes, metadata, once: consistency === 'EXACTLY_ONCE' }
    if (consistency !== 'AT_MOST_ONCE') return await this.#put(put, deliveryTimeoutMs)
    // The program may use its bytes again as soon as this has resolved.
    const own = { ...put, bytes: Buffer.from(bytes) }
    this.#put(own, 0).catch((error: unknown) => this.#lose(error))
    return { bucket: this.#bucket.name, key, etag: undefined }
  }

  info() {
    return { writer: { uuid: this.#writer, seqno: this.#seqno, lost: this.#lost } }
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #put(put: Put, withinMs: number): Promise<Stored> {
    const { signal } = this.#ended
    try {
      return await this.#bucket.put(put, { withinMs, signal })
    } catch (error) {
      throw signal.aborted ? s3Error('s3-closed', undefined, { cause: error }) : error
    } finally {
      this.#room.leave(put.bytes.length)
    }
  }

  #lose(error: unknown): void {
    const { clock, logger } = this.#surroundings
    this.#lost += 1
    if (clock.now() - this.#complainedAt < complaintEveryMs) return
    this.#complainedAt = clock.now()
    const facts = { service: this.#parameters.service, lost: this.#lost, error: String(error) }
    logger.error('Messages of AT_MOST_ONCE did not reach the S3 server, and are lost', facts)
  }

  async #close(): Promise<void> {
    const sent = this.#room.empty()
    await atMost(this.#surroundings.clock, closingTimeoutMs, sent)
    this.#ended.abort()
    await sent
    this.#bucket.close()
  }
}
