import { catalogue, type LeatError } from '../../base/errors.ts'

interface Refusal {
  readonly registry: string
  /** The registry's own sentence and code. */
  readonly message: string
  readonly errorCode: number
}

export const registryError = catalogue({
  'registry-unreachable': {
    says: ({ registries, why }: { registries: string; why: string }) =>
      `No schema registry answers at ${registries} (${why}); is it running, and is the address right?`,
    retriable: true,
  },
  'registry-url-invalid': {
    says: ({ url }: { url: string }) =>
      `'${url}' is no address of a schema registry; write one such as http://127.0.0.1:8081.`,
  },
  'registry-login-invalid': {
    says: ({ problem }: { problem: string }) => `basic.auth.credentials.source: ${problem}`,
  },
  'registry-answer-unreadable': {
    says: ({ registry, why }: { registry: string; why: string }) =>
      `What answers at ${registry} is no schema registry: ${why}.`,
  },
  'registry-forbids': {
    says: ({ registry, status }: { registry: string; status: number }) =>
      `The schema registry at ${registry} does not let us in (HTTP ${status}); check the user and password, the token or the certificate.`,
  },
  'registry-denies': {
    says: ({ registry, message }: Refusal) =>
      `The schema registry at ${registry} denies it: ${message}; whoever manages its rules of access can allow it.`,
  },
  'registry-failed': { says: saidBy, retriable: true },
  'registry-refused': { says: saidBy },
  'subject-not-found': { says: saidBy },
  'version-not-found': { says: saidBy },
  'schema-not-found': { says: saidBy },
  'schema-incompatible': { says: saidBy },
  'schema-invalid': { says: saidBy },
  'too-many-references': {
    says: ({ subject, limit }: { subject: string; limit: number }) =>
      `The schema refers to more than ${limit} others, the last in subject '${subject}'; that is more than this client follows.`,
  },
})

/** Confluent's numbers for what callers tell apart. */
const codes = {
  40401: 'subject-not-found',
  40402: 'version-not-found',
  40403: 'schema-not-found',
  409: 'schema-incompatible',
  40901: 'schema-incompatible',
  42201: 'schema-invalid',
} as const

export function refusal(status: number, facts: Refusal): LeatError {
  if (status === 401) return registryError('registry-forbids', { registry: facts.registry, status })
  if (status === 403) return registryError('registry-denies', facts)
  const isPassing = status >= 500 || status === 429 || status === 408
  const known = codes[facts.errorCode as keyof typeof codes]
  return registryError(known ?? (isPassing ? 'registry-failed' : 'registry-refused'), facts)
}

function saidBy({ registry, message, errorCode }: Refusal): string {
  return `The schema registry at ${registry} says: ${message} (error ${errorCode})`
}
