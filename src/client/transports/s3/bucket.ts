import type { S3Client } from '@aws-sdk/client-s3'
import { retrying } from '../../kafka/retry.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { Surroundings } from '../transport.ts'
import { asS3Error, nameOf, type Place } from './errors.ts'
import { authorityOf, type S3Spec } from './spec.ts'
import type { Page } from './sweep.ts'

const openingTimeoutMs = 10_000
const connectTimeoutMs = 5_000
const answerTimeoutMs = 30_000
const mostConnections = 32
const namesAPage = 1000

type Sdk = typeof import('@aws-sdk/client-s3')

export interface Stored {
  readonly bucket: string
  readonly key: string
  /** Undefined where the server has told none: with AT_MOST_ONCE, or where it had the object before. */
  readonly etag: string | undefined
}

export interface Fetched {
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
  readonly etag: string | undefined
}

export interface Put {
  readonly key: string
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
  /** An object of that name that is there already is as good as this one. */
  readonly once: boolean
}

export interface Trying {
  readonly signal: AbortSignal
  /** A lost server is tried again for so long, with pauses that double from 50 ms to 1 s; 0 is once. */
  readonly withinMs: number
}

/** One bucket of a server. All that it throws is SINETStream's. */
export class Bucket {
  readonly name: string
  readonly #sdk: Sdk
  readonly #client: S3Client
  readonly #place: Place
  readonly #surroundings: Surroundings
  #serverAheadMs = 0

  private constructor(sdk: Sdk, client: S3Client, place: Place, surroundings: Surroundings) {
    this.name = place.bucket
    this.#sdk = sdk
    this.#client = client
    this.#place = place
    this.#surroundings = surroundings
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args)
        this.#noteTime(answer.response)
        return answer
      },
      { step: 'deserialize', name: 'leatServerTime' },
    )
  }

  /**
   * Resolves when the server has shown that it knows the bucket and the access key. The client is
   * loaded here, for those alone who use it.
   */
  static async open(
    spec: S3Spec,
    parameters: ServiceParameters,
    surroundings: Surroundings,
    use: 'to read' | 'to write',
  ): Promise<Bucket> {
    const server = spec.endpoint_url === undefined ? 'of AWS' : new URL(spec.endpoint_url).host
    const options = clientOptions(spec, parameters)
    const sdk = await import('@aws-sdk/client-s3')
    const place = { server, bucket: spec.bucket }
    const bucket = new Bucket(sdk, new sdk.S3Client(options), place, surroundings)
    try {
      await bucket.#look(use)
      return bucket
    } catch (error) {
      bucket.close()
      throw error
    }
  }

  /** What the server's clock shows, as far as its last answer told: objects' times of writing are by it. */
  get serverTime(): number {
    return this.#surroundings.clock.now() + this.#serverAheadMs
  }

  async put({ key, bytes, metadata, once }: Put, trying: Trying): Promise<Stored> {
    const command = {
      ...{ Bucket: this.name, Key: key, Body: bytes, Metadata: { ...metadata } },
      ...(once && { IfNoneMatch: '*' }),
    }
    return await this.#try(trying, async (abortSignal) => {
      try {
        const sent = this.#client.send(new this.#sdk.PutObjectCommand(command), { abortSignal })
        return { bucket: this.name, key, etag: (await sent).ETag }
      } catch (error) {
        // Nobody else has this name: it was written by a try whose answer was lost.
        if (!once || nameOf(error) !== 'PreconditionFailed') throw error
        return { bucket: this.name, key, etag: undefined }
      }
    })
  }

  async list(prefix: string, startAfter: string | undefined, trying: Trying): Promise<Page> {
    const command = {
      ...{ Bucket: this.name, Prefix: prefix, MaxKeys: namesAPage },
      ...(startAfter !== undefined && { StartAfter: startAfter }),
    }
    return await this.#try(trying, async (abortSignal) => {
      const request = new this.#sdk.ListObjectsV2Command(command)
      const { Contents = [], IsTruncated } = await this.#client.send(request, { abortSignal })
      const objects = Contents.map(({ Key = '', Size = 0, LastModified }) => ({
        key: Key,
        size: Size,
        writtenAt: LastModified?.getTime() ?? 0,
      }))
      return { objects, startAfter: IsTruncated === true ? objects.at(-1)?.key : undefined }
    })
  }

  /** Undefined if it is not there any more. */
  async get(key: string, trying: Trying): Promise<Fetched | undefined> {
    return await this.#try(trying, async (abortSignal) => {
      try {
        const request = new this.#sdk.GetObjectCommand({ Bucket: this.name, Key: key })
        const { Body, Metadata, ETag } = await this.#client.send(request, { abortSignal })
        const bytes = (await Body?.transformToByteArray()) ?? Buffer.alloc(0)
        return {
          bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
          metadata: Metadata ?? {},
          etag: ETag,
        }
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return undefined
        throw error
      }
    })
  }

  close(): void {
    this.#client.destroy()
  }

  async #look(use: 'to read' | 'to write'): Promise<void> {
    const trying = { withinMs: openingTimeoutMs, signal: new AbortController().signal }
    await this.#try(trying, async () => {
      try {
        await this.#client.send(
          new this.#sdk.ListObjectsV2Command({ Bucket: this.name, MaxKeys: 1 }),
        )
      } catch (error) {
        // Whoever writes need not be allowed to list.
        if (use === 'to read' || nameOf(error) !== 'AccessDenied') throw error
      }
    })
  }

  #try<Value>(
    { withinMs, signal }: Trying,
    action: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const { clock, random } = this.#surroundings
    return retrying(withinMs, { clock, random, signal }, async () => {
      try {
        return await action(signal)
      } catch (error) {
        throw asS3Error(error, this.#place)
      }
    })
  }

  #noteTime(response: unknown): void {
    const { headers } = response as { headers?: Record<string, string> }
    const time = Date.parse(headers?.date ?? '')
    if (!Number.isNaN(time)) this.#serverAheadMs = time - this.#surroundings.clock.now()
  }
}

function clientOptions(spec: S3Spec, { tls }: ServiceParameters) {
  const { endpoint_url: endpoint, aws_access_key_id: accessKeyId, region_name } = spec
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const fallback = endpoint === undefined ? undefined : 'us-east-1'
  const region = region_name ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? fallback
  return {
    // Trying again is ours, so that all of it has one bound.
    ...{ maxAttempts: 1, followRegionRedirects: true },
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined && {
      credentials: {
        accessKeyId,
        secretAccessKey: spec.aws_secret_access_key ?? '',
        ...(spec.aws_session_token !== undefined && { sessionToken: spec.aws_session_token }),
      },
    }),
    requestHandler: {
      ...{ connectionTimeout: connectTimeoutMs, socketTimeout: answerTimeoutMs },
      ...{ requestTimeout: answerTimeoutMs, throwOnRequestTimeout: true },
      httpAgent: { keepAlive: true, maxSockets: mostConnections },
      httpsAgent: {
        ...{ keepAlive: true, maxSockets: mostConnections },
        ...{ ca: authorityOf(spec) ?? tls?.ca, cert: tls?.certificate, key: tls?.key },
        ...(spec.verify === false && { rejectUnauthorized: false }),
      },
    },
  }
}
