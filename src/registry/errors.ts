import { catalogue, type LeatError } from '../base/errors.ts'

interface OfSubject {
  readonly subject: string
}
interface OfVersion extends OfSubject {
  readonly version: number
}

/** What the registry refuses, with Confluent's number and, because clients print it, its sentence. */
const refusals = {
  'subject-not-found': {
    errorCode: 40401,
    says: ({ subject }: OfSubject) => `Subject '${subject}' not found.`,
  },
  'version-not-found': {
    errorCode: 40402,
    says: ({ version }: { version: number }) => `Version ${version} not found.`,
  },
  'schema-not-found': {
    errorCode: 40403,
    says: ({ schema }: { schema?: string | number }) =>
      schema === undefined ? 'Schema not found' : `Schema ${schema} not found`,
  },
  'subject-soft-deleted': {
    errorCode: 40404,
    says: ({ subject }: OfSubject) =>
      `Subject '${subject}' was soft deleted.Set permanent=true to delete permanently`,
  },
  'subject-not-soft-deleted': {
    errorCode: 40405,
    says: ({ subject }: OfSubject) =>
      `Subject '${subject}' was not deleted first before being permanently deleted`,
  },
  'version-soft-deleted': {
    errorCode: 40406,
    says: ({ subject, version }: OfVersion) =>
      `Subject '${subject}' Version ${version} was soft deleted.Set permanent=true to delete permanently`,
  },
  'version-not-soft-deleted': {
    errorCode: 40407,
    says: ({ subject, version }: OfVersion) =>
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
  },
  'config-not-found': {
    errorCode: 40408,
    says: ({ subject }: OfSubject) =>
      `Subject '${subject}' does not have subject-level compatibility configured`,
  },
  'mode-not-found': {
    errorCode: 40409,
    says: ({ subject }: OfSubject) =>
      `Subject '${subject}' does not have subject-level mode configured`,
  },
  'schema-incompatible': {
    errorCode: 40901,
    says: ({ subject, messages }: { subject: string; messages: readonly string[] }) =>
      `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${messages.join(', ')}]`,
  },
  'schema-invalid': { errorCode: 42201, says: ({ why }: { why: string }) => why },
  'version-invalid': {
    errorCode: 42202,
    says: ({ version }: { version: string }) =>
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
  },
  'compatibility-invalid': {
    errorCode: 42203,
    says: () =>
      'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
  },
  'mode-invalid': {
    errorCode: 42204,
    says: ({ why }: { why?: string }) =>
      why ?? 'Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.',
  },
  'not-permitted': { errorCode: 42205, says: ({ why }: { why: string }) => why },
  'reference-exists': {
    errorCode: 42206,
    says: ({ subject, version }: OfVersion) =>
      `One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=${subject},version=${version}}.`,
  },
  'subject-invalid': {
    errorCode: 42208,
    says: ({ subject }: OfSubject) => `The specified subject '${subject}' is not a valid.`,
  },
  'schema-too-large': {
    errorCode: 42209,
    says: () => 'Register operation failed because schema is too large',
  },
  'rules-invalid': { errorCode: 42210, says: ({ why }: { why: string }) => why },
  'context-not-empty': {
    errorCode: 42211,
    says: ({ context }: { context: string }) => `The specified context '${context}' is not empty.`,
  },
  'request-invalid': { errorCode: 422, says: ({ why }: { why: string }) => why },
  'body-unreadable': { errorCode: 400, says: ({ why }: { why: string }) => why },
  'path-unknown': { errorCode: 404, says: () => 'HTTP 404 Not Found' },
  'operation-denied': {
    errorCode: 40301,
    says: ({ operation, subject }: { operation: string; subject: string | undefined }) =>
      `User is denied operation ${operation} on ${subject === undefined ? 'the settings of all subjects' : `Subject: ${subject}`}`,
  },
  'type-not-acceptable': { errorCode: 406, says: () => 'HTTP 406 Not Acceptable' },
  'type-unsupported': { errorCode: 415, says: () => 'HTTP 415 Unsupported Media Type' },
  'request-too-large': {
    errorCode: 413,
    says: ({ limit }: { limit: number }) =>
      `The body of the request has more than ${limit} bytes; send a smaller one.`,
  },
  'registry-full': {
    errorCode: 42205,
    says: ({ limit, what }: { limit: number; what: string }) =>
      `The registry keeps at most ${limit} ${what}; delete permanently what is not needed any more.`,
  },
  'too-many-writes': {
    errorCode: 42901,
    retriable: true,
    says: ({ limit }: { limit: number }) =>
      `${limit} changes wait already; send this one again later.`,
  },
  'store-failed': {
    errorCode: 50001,
    retriable: true,
    says: ({ why }: { why: string }) => `The topic of the schemas could not be used: ${why}`,
  },
  'store-timed-out': {
    errorCode: 50002,
    retriable: true,
    says: ({ ms }: { ms: number }) =>
      `The change was not read back from the topic of the schemas within ${ms} ms.`,
  },
  'others-first': {
    errorCode: 50001,
    retriable: true,
    says: ({ attempts }: { attempts: number }) =>
      `Another registry on the same topic came first ${attempts} times; send this request again.`,
  },
} as const

export const refusal = catalogue(refusals)

/** Confluent's number for an expected failure, if it is one of ours. */
export function errorCodeOf({ code }: LeatError): number | undefined {
  return Object.hasOwn(refusals, code)
    ? refusals[code as keyof typeof refusals].errorCode
    : undefined
}
