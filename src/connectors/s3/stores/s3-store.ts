import type { S3Client } from '@aws-sdk/client-s3'
import { pause, systemClock } from '../../../base/clock.ts'
import { RetriableError } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'
import { Multipart } from './multipart.ts'
import { nameOf, refusal } from './refusals.ts'
import type { Metadata, Store, Upload } from './store.ts'

type Sdk = typeof import('@aws-sdk/client-s3')

const connectTimeoutMs = 5_000
const answerTimeoutMs = 60_000
const mostConnections = 32

/** How often, and how long after each other, an object is looked for that the server says is there. */
const mostDoubts = 5
const doubtMs = 100

/** A bucket of AWS or of a server that speaks as it does. */
export class S3Store implements Store {
  readonly #sdk: Sdk
  readonly #client: S3Client
  readonly #bucket: string
  readonly #values: LakeValues

  private constructor(sdk: Sdk, client: S3Client, values: LakeValues) {
    this.#sdk = sdk
    this.#client = client
    this.#bucket = values['s3.bucket.name']
    this.#values = values
  }

  /** Resolves when the bucket has answered. */
  static async open(values: LakeValues): Promise<S3Store> {
    const sdk = await import('@aws-sdk/client-s3')
    const client = new sdk.S3Client(clientOptions(values))
    try {
      // The question whose refusals have words; that for a bucket's head has none.
      await client.send(
        new sdk.ListObjectsV2Command({ Bucket: values['s3.bucket.name'], MaxKeys: 1 }),
      )
    } catch (error) {
      client.destroy()
      throw refusal(error, `The bucket '${values['s3.bucket.name']}' does not answer`)
    }
    return new S3Store(sdk, client, values)
  }

  async read(key: string): Promise<Buffer | undefined> {
    const { GetObjectCommand, NoSuchKey } = this.#sdk
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
      )
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    } catch (error) {
      if (error instanceof NoSuchKey || nameOf(error) === 'NoSuchKey') return undefined
      throw refusal(error, `'${key}' cannot be read`)
    }
  }

  async create(key: string, bytes: Buffer): Promise<boolean> {
    return await this.#unlessThere(key, true, (condition) =>
      this.#client.send(
        new this.#sdk.PutObjectCommand({ ...this.#object(key), Body: bytes, ...condition }),
      ),
    )
  }

  upload(key: string, once: boolean, metadata?: Metadata): Upload {
    const { UploadPartCommand, CompleteMultipartUploadCommand, AbortMultipartUploadCommand } =
      this.#sdk
    const place = { Bucket: this.#bucket, Key: key }
    const object = { ...this.#object(key), ...(metadata && { Metadata: metadata }) }
    const abort = async (UploadId: string) => {
      try {
        await this.#client.send(new AbortMultipartUploadCommand({ ...place, UploadId }))
      } catch {
        // The parts stay, as after a crash, until a rule of the bucket ends old uploads.
      }
    }
    return new Multipart(this.#values['s3.part.size'], {
      put: async (bytes) => {
        await this.#unlessThere(key, once, (condition) =>
          this.#client.send(
            new this.#sdk.PutObjectCommand({ ...object, Body: bytes, ...condition }),
          ),
        )
      },
      begin: async () => {
        const begun = await this.#trying(key, () =>
          this.#client.send(new this.#sdk.CreateMultipartUploadCommand(object)),
        )
        return begun.UploadId ?? ''
      },
      part: async (UploadId, PartNumber, Body) => {
        const { ETag } = await this.#trying(key, () =>
          this.#client.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body })),
        )
        return ETag ?? ''
      },
      complete: async (UploadId, etags, size) => {
        const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }))
        const completion = { ...place, UploadId, MultipartUpload: { Parts } }
        const isWritten = await this.#unlessThere(key, once, async (condition) => {
          try {
            await this.#client.send(
              new CompleteMultipartUploadCommand({ ...completion, ...condition }),
            )
          } catch (error) {
            // It was completed before, and the answer got lost.
            if (nameOf(error) !== 'NoSuchUpload' || (await this.#sizeIfThere(key)) !== size)
              throw error
          }
        })
        if (!isWritten) await abort(UploadId)
      },
      abort,
    })
  }

  async sizeOf(key: string): Promise<number> {
    const size = await this.#trying(key, () => this.#sizeIfThere(key))
    if (size === undefined) throw new RetriableError(`'${key}' is not there`)
    return size
  }

  uriOf(key: string): string {
    return `s3://${this.#bucket}/${key}`
  }

  async tag(key: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    const Tagging = { TagSet }
    try {
      await this.#client.send(
        new this.#sdk.PutObjectTaggingCommand({ Bucket: this.#bucket, Key: key, Tagging }),
      )
    } catch (error) {
      throw refusal(error, `'${key}' cannot be tagged`)
    }
  }

  async remove(key: string): Promise<void> {
    await this.#trying(key, () =>
      this.#client.send(new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: key })),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy()
  }

  /** Undefined where there is no such object. */
  async #sizeIfThere(key: string): Promise<number | undefined> {
    const { HeadObjectCommand, NotFound } = this.#sdk
    try {
      const head = new HeadObjectCommand({ Bucket: this.#bucket, Key: key })
      return (await this.#client.send(head)).ContentLength
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw error
    }
  }

  #object(key: string) {
    const values = this.#values
    const acl = values['s3.acl.canned']
    return {
      ...{ Bucket: this.#bucket, Key: key },
      ...(values['s3.ssea.name'] !== '' && {
        ServerSideEncryption: values['s3.ssea.name'] as 'AES256' | 'aws:kms',
      }),
      ...(values['s3.sse.kms.key.id'] !== '' && { SSEKMSKeyId: values['s3.sse.kms.key.id'] }),
      ...(acl !== undefined && { ACL: acl as 'private' }),
    }
  }

  /** Whether it was written: with the condition, what has the name already stays. */
  async #unlessThere(
    key: string,
    once: boolean,
    write: (condition: { IfNoneMatch?: '*' }) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await write(once ? { IfNoneMatch: '*' } : {})
      return true
    } catch (error) {
      if (!once || nameOf(error) !== 'PreconditionFailed') {
        throw refusal(error, `'${key}' cannot be written`)
      }
    }
    return await this.#trying(key, async () => {
      for (let doubts = 0; doubts < mostDoubts; doubts += 1) {
        if ((await this.#sizeIfThere(key)) !== undefined) return false
        // Somebody else may be about to give it this name: it is there a moment later.
        await pause(doubtMs, { clock: systemClock })
        try {
          await write({ IfNoneMatch: '*' })
          return true
        } catch (error) {
          if (nameOf(error) !== 'PreconditionFailed') throw error
        }
      }
      // A server that was killed while it wrote the object may believe in one that is not there.
      await write({})
      return true
    })
  }

  async #trying<Value>(key: string, action: () => Promise<Value>): Promise<Value> {
    try {
      return await action()
    } catch (error) {
      throw refusal(error, `'${key}' cannot be written`)
    }
  }
}

function clientOptions(values: LakeValues) {
  const endpoint = values['store.url']
  const accessKeyId = values['aws.access.key.id']
  return {
    region: values['s3.region'],
    maxAttempts: values['s3.part.retries'] + 1,
    forcePathStyle: values['s3.path.style.access.enabled'],
    // Servers other than AWS often do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== '' && {
      credentials: { accessKeyId, secretAccessKey: values['aws.secret.access.key'] ?? '' },
    }),
    requestHandler: {
      ...{ connectionTimeout: connectTimeoutMs, requestTimeout: answerTimeoutMs },
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: mostConnections },
      httpsAgent: { keepAlive: true, maxSockets: mostConnections },
    },
  } as const
}
