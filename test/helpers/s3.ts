/** A real S3 server of a test's own: versitygw, whose buckets and objects are folders and files. */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { type Owner, temporaryFolder } from './folders.ts'
import { programOf } from './peers.ts'
import { freePorts } from './ports.ts'
import { outputOf, RunningProgram } from './programs.ts'

const accessKey = 'leat-tests'
export const secretKey = 'the-secret-of-leat-tests'
const bucketName = 'lake'

/** With one empty bucket. */
export async function startS3(owner: Owner): Promise<S3Server> {
  let server: S3Server | undefined
  owner.after(async () => await server?.kill())
  const folder = temporaryFolder(owner)
  const [port = 0] = await freePorts(1)
  server = new S3Server(folder, port)
  await server.start()
  return server
}

export interface StoredObject {
  readonly key: string
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
}

export class S3Server {
  readonly port: number
  readonly url: string
  readonly #folder: string
  #program: RunningProgram | undefined

  constructor(folder: string, port: number) {
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.#folder = folder
    for (const name of ['metadata', 'users', `store/${bucketName}`]) {
      mkdirSync(join(folder, name), { recursive: true })
    }
  }

  /** What a service needs to know, as its `type_spec`. */
  get spec() {
    return {
      ...{ endpoint_url: this.url, bucket: bucketName, region_name: 'us-east-1' },
      ...{ prefix: 'raw', suffix: '.bin', name: 'day', utc_offset: '+0900' },
      ...{ aws_access_key_id: accessKey, aws_secret_access_key: secretKey },
    }
  }

  /** What the S3 sink needs to know. */
  get config() {
    return {
      ...{ 'store.url': this.url, 's3.bucket.name': bucketName, 's3.region': 'us-east-1' },
      ...{ 'aws.access.key.id': accessKey, 'aws.secret.access.key': secretKey },
    }
  }

  async start(): Promise<void> {
    const path = (name: string) => join(this.#folder, name)
    const global = ['--quiet', '--keep-alive', '--port', `127.0.0.1:${this.port}`]
    const command = [programOf('versitygw'), ...global, '--iam-dir', path('users'), 'posix']
    this.#program = new RunningProgram([...command, '--sidecar', path('metadata'), path('store')], {
      env: { ROOT_ACCESS_KEY_ID: accessKey, ROOT_SECRET_ACCESS_KEY: secretKey },
    })
    await this.#program.listensOn(this.port)
  }

  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }

  /** Somebody who may do nothing yet. */
  async addUser(access: string, secret: string): Promise<void> {
    const admin = ['admin', '--access', accessKey, '--secret', secretKey]
    const user = ['--access', access, '--secret', secret, '--role', 'user']
    const command = [programOf('versitygw'), ...admin, '--endpoint-url', this.url, 'create-user']
    await outputOf([...command, ...user])
  }

  /** An object that was there before, written at that time. */
  lay(key: string, content: string, writtenAt = new Date()): void {
    const file = join(this.#folder, 'store', bucketName, key)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    utimesSync(file, writtenAt, writtenAt)
  }

  /** As a server that was killed while it wrote: it knows of the object, but has none. */
  lose(key: string): void {
    rmSync(join(this.#folder, 'store', bucketName, key))
  }

  /** The objects, as another client of S3 sees them, by their keys; a thousand at most. */
  async objects(prefix = ''): Promise<StoredObject[]> {
    return await Promise.all((await this.keys(prefix)).map((key) => this.#object(key)))
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.#ask((client) =>
      client.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix })),
    )
    return Contents.map(({ Key = '' }) => Key)
  }

  async tags(key: string): Promise<Readonly<Record<string, string>>> {
    const { TagSet = [] } = await this.#ask((client) =>
      client.send(new GetObjectTaggingCommand({ Bucket: bucketName, Key: key })),
    )
    return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]))
  }

  /** The keys of objects whose parts lie there, and which nobody has completed. */
  async unfinished(): Promise<string[]> {
    const { Uploads = [] } = await this.#ask((client) =>
      client.send(new ListMultipartUploadsCommand({ Bucket: bucketName })),
    )
    return Uploads.map(({ Key = '' }) => Key)
  }

  /** As a rule of the bucket does with uploads that are old. */
  async removeUnfinished(): Promise<void> {
    const place = { Bucket: bucketName }
    await this.#ask(async (client) => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(place))
      for (const { Key, UploadId } of Uploads) {
        await client.send(new AbortMultipartUploadCommand({ ...place, Key, UploadId }))
      }
    })
  }

  async #object(key: string): Promise<StoredObject> {
    return await this.#ask(async (client) => {
      const command = new GetObjectCommand({ Bucket: bucketName, Key: key })
      const { Body, Metadata = {} } = await client.send(command)
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? [])
      return { key, bytes, metadata: Metadata }
    })
  }

  async #ask<Answer>(question: (client: S3Client) => Promise<Answer>): Promise<Answer> {
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
    const place = { endpoint: this.url, region: 'us-east-1', forcePathStyle: true }
    const client = new S3Client({ ...place, credentials })
    try {
      return await question(client)
    } finally {
      client.destroy()
    }
  }
}
