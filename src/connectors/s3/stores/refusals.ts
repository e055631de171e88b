/** What a server's refusals mean: what may pass by itself, and how the rest is mended. */
import { RetriableError } from '../../../connect/kit/index.ts'

/** The answers of a server have signatures and keys among their properties: only their words are kept. */
export function refusal(error: unknown, what: string): Error {
  const name = nameOf(error)
  const words = error instanceof Error && error.message !== '' ? error.message : name
  const says = `${what}: ${name === words ? name : `${name}: ${words}`}`
  const cure = cures[name]
  return cure === undefined ? new RetriableError(says) : new Error(`${says}; ${cure}`)
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error)
}

const keys = "correct 'aws.access.key.id' and 'aws.secret.access.key'"
const bucket = "make the bucket, or correct 's3.bucket.name'"
const region = "correct 's3.region'"

/** Of what is the configuration's fault: no waiting helps. */
const cures: Readonly<Record<string, string>> = {
  NoSuchBucket: bucket,
  InvalidBucketName: bucket,
  InvalidAccessKeyId: keys,
  SignatureDoesNotMatch: keys,
  XAdminUserNotFound: keys,
  CredentialsProviderError: keys,
  AccessDenied: 'give this key a policy with which it may list, read, write and delete objects',
  PermanentRedirect: region,
  AuthorizationHeaderMalformed: region,
  NotImplemented:
    "the server does not know conditional writes; do without by 'enable.conditional.writes=false'",
  InvalidTag: "correct 's3.object.tagging.key.value.pairs'",
  KeyTooLongError: "shorten 'topics.dir' or the names of folders",
  NoSuchUpload: 'somebody has removed its parts; start the task again, which writes them again',
}
