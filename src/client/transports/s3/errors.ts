import { systemCode } from '../../../base/errors.ts'
import { SinetError, sinetCatalogue } from '../../../formats/sinetstream/index.ts'

export const s3Error = sinetCatalogue({
  's3-unreachable': {
    kind: 'ConnectionError',
    says: ({ server, why }: Answer) => `The S3 server ${server} could not be used: ${why}`,
    retriable: true,
  },
  's3-distrusted': {
    kind: 'ConnectionError',
    says: ({ server, why }: Answer) =>
      `The certificate of the S3 server ${server} is not trusted: ${why}; name the authority's certificate by 'verify'.`,
  },
  's3-not-authorized': {
    kind: 'AuthorizationError',
    says: ({ server, bucket, why }: Answer) =>
      `The S3 server ${server} does not allow it: ${why}; look at the access key, and at its rights on bucket '${bucket}'.`,
  },
  's3-no-credentials': {
    kind: 'AuthorizationError',
    says: ({ why }: Answer) =>
      `There are no credentials for S3 (${why}); give 'aws_access_key_id' and 'aws_secret_access_key', or a profile, a role or variables as AWS's tools have them.`,
  },
  's3-skewed': {
    kind: 'AuthorizationError',
    says: ({ server, why }: Answer) =>
      `The clocks here and on the S3 server ${server} differ too much: ${why}; set them right.`,
    retriable: true,
  },
  's3-no-bucket': {
    kind: 'InvalidArgumentError',
    says: ({ server, bucket }: Answer) =>
      `There is no bucket '${bucket}' on the S3 server ${server}; make it first, or correct 'bucket'.`,
  },
  's3-wrong-region': {
    kind: 'InvalidArgumentError',
    says: ({ bucket, why }: Answer) =>
      `The region of bucket '${bucket}' is not right: ${why}; give it by 'region_name'.`,
  },
  's3-not-conditional': {
    kind: 'InvalidArgumentError',
    says: ({ server, why }: Answer) =>
      `The S3 server ${server} lacks what is asked of it: ${why}; EXACTLY_ONCE needs conditional writes, AT_LEAST_ONCE does not.`,
  },
  's3-argument': {
    kind: 'InvalidArgumentError',
    says: ({ server, why }: Answer) => `The S3 server ${server} does not take it: ${why}`,
  },
  's3-failed': {
    kind: 'SinetError',
    says: ({ server, why }: Answer) => `The S3 server ${server} failed: ${why}`,
  },
  's3-spec': {
    kind: 'InvalidArgumentError',
    says: ({ key, is, wanted }: { key: string; is: string; wanted: string }) =>
      `'${key}' ${is}; write ${wanted}.`,
  },
  's3-header': {
    kind: 'InvalidArgumentError',
    says: ({ header, why }: { header: string; why: string }) =>
      `The header '${header}' cannot be metadata of an S3 object: ${why}.`,
  },
  's3-busy': {
    kind: 'SinetError',
    says: ({ limit }: { limit: number }) =>
      `${limit} messages wait to be sent to S3; wait for those that were published before.`,
    retriable: true,
  },
  's3-closed': {
    kind: 'ConnectionError',
    says: () => 'The writer was closed before the S3 server had taken the message in.',
  },
})

/** Where the answer came from, and what it says. */
interface Answer extends Place {
  readonly why: string
}

export interface Place {
  /** The server's address, without user or password. */
  readonly server: string
  readonly bucket: string
}

type Code = Parameters<typeof s3Error>[0]

/** By the names of S3's answers, of the client's own errors, and of versitygw's. */
const codes: Readonly<Record<string, Code>> = {
  NoSuchBucket: 's3-no-bucket',
  AccessDenied: 's3-not-authorized',
  InvalidAccessKeyId: 's3-not-authorized',
  SignatureDoesNotMatch: 's3-not-authorized',
  ExpiredToken: 's3-not-authorized',
  InvalidToken: 's3-not-authorized',
  XAdminUserNotFound: 's3-not-authorized',
  RequestTimeTooSkewed: 's3-skewed',
  CredentialsProviderError: 's3-no-credentials',
  TokenProviderError: 's3-no-credentials',
  PermanentRedirect: 's3-wrong-region',
  AuthorizationHeaderMalformed: 's3-wrong-region',
  IllegalLocationConstraintException: 's3-wrong-region',
  NotImplemented: 's3-not-conditional',
  InvalidArgument: 's3-argument',
  InvalidBucketName: 's3-argument',
  KeyTooLongError: 's3-argument',
  MetadataTooLarge: 's3-argument',
  EntityTooLarge: 's3-argument',
  // These pass by themselves.
  RequestTimeout: 's3-unreachable',
  OperationAborted: 's3-unreachable',
  ConditionalRequestConflict: 's3-unreachable',
  SlowDown: 's3-unreachable',
  TimeoutError: 's3-unreachable',
}

/**
 * Any failure of the client, as the kind of error that SINETStream's programs catch. What a server
 * answered is not kept as the cause: such errors have access keys and signatures among their properties.
 */
export function asS3Error(error: unknown, place: Place): SinetError {
  if (error instanceof SinetError) return error
  const system = systemCode(error)
  const message = error instanceof Error ? error.message : String(error)
  if (system !== undefined) {
    const why = message === '' ? system : message
    const code = /CERT|TLS|SSL|VERIFY/.test(system) ? 's3-distrusted' : 's3-unreachable'
    return s3Error(code, { ...place, why }, { cause: error })
  }
  const name = nameOf(error)
  const why = message === '' || message === name ? name : `${name}: ${message}`
  return s3Error(codeOf(name, statusOf(error), message) as 's3-failed', { ...place, why })
}

/** What S3 calls the error, such as `NoSuchKey`. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown'
}

function statusOf(error: unknown): number {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode ?? 0
}

function codeOf(name: string, status: number, message: string): Code {
  const known = Object.hasOwn(codes, name) ? codes[name] : undefined
  if (known !== undefined) return known
  if (status === 401 || status === 403) return 's3-not-authorized'
  if (status === 429 || status >= 500) return 's3-unreachable'
  if (status === 301) return 's3-wrong-region'
  return status === 0 && message.startsWith('Region is missing') ? 's3-wrong-region' : 's3-failed'
}
