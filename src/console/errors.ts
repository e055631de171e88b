import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Operation, ResourceType } from '../access/acl.ts'
import { catalogue, LeatError } from '../base/errors.ts'
import { kafkaStatuses } from './kafka-statuses.ts'

/** What may go wrong with what somebody asks of the console. */
export const consoleError = catalogue({
  'path-unknown': {
    says: ({ method, path }: { method: string; path: string }) =>
      `There is no ${method} ${path} here; docs/guides/console.md lists what there is.`,
  },
  'login-needed': {
    says: () => 'Nobody is let in here without a login.',
  },
  'login-failed': {
    says: () => 'The user or the password is wrong.',
  },
  'login-bounded': {
    says: ({ why }: { why: string }) => why,
    retriable: true,
  },
  'login-unknown': {
    says: () => 'The login cannot be checked now, because the broker does not answer; try again.',
    retriable: true,
  },
  'login-expired': {
    says: () => 'This login was begun too long ago, in another browser, or is over; begin again.',
  },
  'no-passwords': {
    says: () => 'Nobody logs in here by password; go the way that the page offers.',
  },
  'header-missing': {
    says: () => "What a page asks for by itself carries the header 'x-leat-console: 1'.",
  },
  'issuer-unreachable': {
    says: ({ issuer, why }: { issuer: string; why: string }) =>
      `The issuer ${issuer} does not answer (${why}); is 'console.oidc.issuer' right, and may leat reach it?`,
    retriable: true,
  },
  'issuer-busy': {
    says: () => 'Too many logins at the issuer are under way; try again in a moment.',
    retriable: true,
  },
  'issuer-denied': {
    says: ({ issuer, why }: { issuer: string; why: string }) =>
      `The issuer ${issuer} lets nobody in: ${why}.`,
  },
  'issuer-untrusted': {
    says: ({ issuer, why }: { issuer: string; why: string }) =>
      `What the issuer ${issuer} says does not hold: ${why}.`,
  },
  'issuer-unnamed': {
    says: ({ issuer, claim }: { issuer: string; claim: string }) =>
      `The issuer ${issuer} says no '${claim}' that names a user; 'console.oidc.user' and '.scopes' say what is asked for.`,
  },
  'body-invalid': {
    says: ({ why }: { why: string }) => `The body of the request cannot be used: ${why}`,
  },
  'body-too-large': {
    says: ({ mostBytes }: { mostBytes: number }) =>
      `The body of a request has at most ${mostBytes} bytes.`,
  },
  'not-allowed': {
    says: ({ operation, type, name }: { operation: Operation; type: ResourceType; name: string }) =>
      `${operation} on the ${type.toLowerCase()} ${name} is not allowed to this user; 'leat acls add' allows it.`,
  },
  'operator-needed': {
    says: () =>
      "This user may look and change nothing; 'console.roles.operator' in leat.yml names who may.",
  },
  'role-missing': {
    says: ({ user }: { user: string }) =>
      `${user} has no role at this console; 'console.roles' in leat.yml gives one.`,
  },
  'name-foreign': {
    says: ({ name }: { name: string }) =>
      `Nobody has to log in here, so that pages of somewhere else could come by the name '${name}'; use an address, or write 'console: { allowedHosts: [ ${name} ] }'.`,
  },
  'query-invalid': {
    says: ({ name, text, cure }: { name: string; text: string; cure: string }) =>
      `'${name}' is '${text}'; write ${cure}.`,
  },
  'topic-unknown': {
    says: ({ topic }: { topic: string }) =>
      `There is no topic '${topic}'; it may have been deleted, or have another name.`,
  },
  'partition-unknown': {
    says: ({ topic, partition, count }: { topic: string; partition: number; count: number }) =>
      `Topic '${topic}' has ${count} partitions, numbered from 0; ${partition} is not one of them.`,
  },
  'group-unknown': {
    says: ({ group }: { group: string }) =>
      `There is no group '${group}'; it may have been deleted, or have another name.`,
  },
  'group-in-use': {
    says: ({ group, members }: { group: string; members: number }) =>
      `Group '${group}' has ${members} members, which would go on where they are; stop them first.`,
  },
  'wrong-filter': { says: ({ why }: { why: string }) => why },
  'filter-not-boolean': {
    says: ({ filter }: { filter: string }) =>
      `'${filter}' is neither true nor false; write a condition, such as value.celsius > 20.`,
  },
  'filter-too-slow': {
    says: ({ ms }: { ms: number }) =>
      `The filter took more than ${ms} ms for a few records; write one without loops over long lists.`,
  },
  'records-late': {
    says: ({ ms }: { ms: number }) =>
      `The records did not come within ${ms} ms; a broker may be away. Ask again, or for fewer.`,
  },
  'too-many-streams': {
    says: ({ most }: { most: number }) =>
      `${most} answers that go on are open already; close some pages, and ask again.`,
  },
  'part-absent': {
    says: ({ part }: { part: string }) =>
      `leat.yml names no '${part}', so that there is nobody to ask; write '${part}: {}'.`,
  },
  'part-away': {
    says: ({ part, why }: { part: string; why: string }) =>
      `The part '${part}' does not answer (${why}); leat's log says why.`,
    retriable: true,
  },
  'part-closed': {
    says: ({ part }: { part: string }) =>
      `The part '${part}' does not let leat in; correct its login in leat.yml.`,
  },
  'no-kafka': {
    says: () => "There is no Kafka ('kafka.enabled' is false), so that there is nothing to show.",
  },
})

/** Of those that are not expected it is our fault: 500. */
export function statusOf(error: unknown): ContentfulStatusCode {
  if (!(error instanceof LeatError)) return 500
  return statuses[error.code] ?? kafkaStatuses[error.code] ?? (error.retriable ? 503 : 500)
}

/** What was expected says what to do; what was not is for the log alone. */
export function toldOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof LeatError) return { code: error.code, message: error.message }
  return { code: 'failed', message: "The request failed; leat's log says why." }
}

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'path-unknown': 404,
  'login-needed': 401,
  'login-failed': 401,
  'login-bounded': 429,
  'login-unknown': 503,
  'no-passwords': 404,
  'header-missing': 403,
  'body-invalid': 400,
  'body-too-large': 413,
  'not-allowed': 403,
  'operator-needed': 403,
  'role-missing': 403,
  'name-foreign': 421,
  'query-invalid': 400,
  'topic-unknown': 404,
  'partition-unknown': 404,
  'group-unknown': 404,
  'group-in-use': 409,
  'wrong-filter': 400,
  'filter-not-boolean': 400,
  'filter-too-slow': 400,
  'records-late': 503,
  'too-many-streams': 429,
  'part-absent': 404,
  'part-away': 502,
  'part-closed': 502,
  'no-kafka': 503,
}
