import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Operation, ResourceType } from '../access/acl.ts'
import { catalogue } from '../base/errors.ts'

/** What may go wrong with what somebody asks of the console. */
export const consoleError = catalogue({
  'path-unknown': {
    says: ({ method, path }: { method: string; path: string }) =>
      `There is no ${method} ${path} here; docs/guides/console.md lists what there is.`,
  },
  'login-needed': {
    says: () => 'Nobody is let in here without a login.',
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
      `Nobody has to log in here, so that pages of somewhere else could come by the name '${name}'; use an address, or write 'console: { url: "http://${name}" }'.`,
  },
  'no-kafka': {
    says: () => "There is no Kafka ('kafka.enabled' is false), so that there is nothing to show.",
  },
})

/** What HTTP says of each; of others it is our fault. */
export const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'path-unknown': 404,
  'login-needed': 401,
  'body-invalid': 400,
  'body-too-large': 413,
  'not-allowed': 403,
  'operator-needed': 403,
  'role-missing': 403,
  'name-foreign': 403,
  'no-kafka': 503,
}
