/** Who may do what, as leat.yml says it. */
import {
  type AclBinding,
  clusterName,
  type Operation,
  operations,
  type ResourceType,
  supportedOperations,
  wildcard,
} from '../access/acl.ts'
import { hostAddress } from '../access/host.ts'
import { formatPrincipal, principalOf } from '../access/principal.ts'
import {
  choice,
  flag,
  list,
  optional,
  part,
  type Setting,
  scalar,
  text,
  type ValueOf,
} from '../base/settings.ts'
import type { AccessOptions } from '../broker/index.ts'
import { failedLogins } from './failed-logins.ts'
import { tokens, users } from './logins.ts'
import { quotas } from './quotas.ts'

const principal = (about: string) =>
  scalar({ about, example: 'alice' }, 'a user or TYPE:NAME', (raw) => {
    const found = principalOf(raw)
    return found && formatPrincipal(found)
  })

/** Users are resources under the names of their principals. */
const ownerOfTokens = scalar(
  { about: "A user whose delegation tokens are meant; '*' is every one.", example: 'bob' },
  'a user or TYPE:NAME',
  (raw) => {
    const found = principalOf(raw)
    return raw === wildcard ? raw : found && formatPrincipal(found)
  },
)

/** The keys by which a rule names its resource. */
const resourceKeys = {
  topic: 'Topic',
  group: 'Group',
  cluster: 'Cluster',
  transactionalId: 'TransactionalId',
  delegationToken: 'DelegationToken',
  user: 'User',
} as const satisfies Record<string, ResourceType>
const resourceNames = Object.keys(resourceKeys) as (keyof typeof resourceKeys)[]

const rule = part('Who may do what.', {
  principal: principal("Whom the rule is about; 'User:*' is everybody."),
  operations: list(
    { about: "What is allowed, in Kafka's words.", example: '[ Read, Describe ]' },
    choice({ about: 'An operation.', example: 'Read' }, Object.keys(operations) as Operation[]),
  ),
  topic: optional(text({ about: "A topic; '*' is every one.", example: 'readings' })),
  group: optional(text({ about: 'A consumer group.', example: 'dashboards' })),
  cluster: optional(
    choice({ about: 'The cluster as a whole.', example: clusterName }, [clusterName]),
  ),
  transactionalId: optional(text({ about: 'A transactional id.', example: 'orders-1' })),
  delegationToken: optional(text({ about: 'A delegation token.', example: 'token-1' })),
  user: optional(ownerOfTokens),
  pattern: choice(
    {
      about: 'Whether the name is meant whole (literal) or as how names begin (prefixed).',
      example: 'prefixed',
      fallback: 'literal',
    },
    ['literal', 'prefixed'],
  ),
  host: text({ about: 'The address of the client.', example: '10.0.0.7', fallback: '*' }),
  permission: choice(
    {
      about: 'Whether it is allowed or denied; what is denied is refused, whatever else allows it.',
      example: 'deny',
      fallback: 'allow',
    },
    ['allow', 'deny'],
  ),
})

/** One line may allow several operations, each of which is a rule of its own. */
const rules: Setting<readonly AclBinding[]> = {
  about: 'A rule: who may do what with which resource.',
  example: '{ principal: alice, operations: [ Read ], topic: readings, pattern: prefixed }',
  read(raw, at, report) {
    const given = rule.read(raw, at, report)
    const [key, ...others] = resourceNames.filter((name) => given[name] !== undefined)
    if (key === undefined || others.length > 0) {
      const says = `A rule is about one resource; write one of ${resourceNames.join(', ')}.`
      report({ at, says, isKey: true })
      return []
    }
    const resourceType = resourceKeys[key]
    for (const operation of given.operations ?? []) {
      if (operation === 'All' || supportedOperations[resourceType].includes(operation)) continue
      const known = ['All', ...supportedOperations[resourceType]].join(', ')
      const says = `'${operation}' is nothing that is done with a ${key}; write some of ${known}.`
      report({ at: [...at, 'operations'], says })
    }
    return (given.operations ?? []).map((operation) => ({
      resourceType,
      name: given[key] ?? '',
      pattern: given.pattern === 'prefixed' ? 'Prefixed' : 'Literal',
      principal: given.principal,
      host: hostAddress(given.host),
      operation,
      permission: given.permission === 'deny' ? 'Deny' : 'Allow',
    }))
  },
}

export const access = part(
  'Who may log in, and do what. Without this part, everybody may do everything.',
  {
    authorizer: choice(
      {
        about: 'acls: what no rule allows is refused; none: everybody may do everything.',
        example: 'acls',
        fallback: 'acls',
      },
      ['acls', 'none'],
    ),
    users,
    tokens: optional(tokens),
    failedLogins,
    superUsers: list(
      {
        about: 'They may do everything, whatever the rules say.',
        example: '[ admin ]',
        fallback: [],
      },
      principal('A user.'),
    ),
    allowEveryoneIfNoAclFound: flag({
      about: 'Whether a resource of which no rule speaks is for everybody.',
      example: 'false',
      fallback: false,
    }),
    acls: list(
      {
        about: 'Rules that are there from the start; clients can add others (leat acls).',
        example: '[ { principal: alice, operations: [ Read ], topic: readings } ]',
        fallback: [],
      },
      rules,
    ),
    quotas,
  },
)

export type AccessConfig = ValueOf<typeof access>

/** Whether anybody may do only what is allowed. */
export function hasRules(given: AccessConfig | undefined): given is AccessConfig {
  return given !== undefined && given.authorizer !== 'none'
}

/** What the embedded broker is told; `inside` is what the parts of this process may do. */
export function accessOptions(
  given: AccessConfig | undefined,
  inside: readonly AclBinding[],
): AccessOptions | undefined {
  if (!hasRules(given)) return undefined
  const { superUsers, allowEveryoneIfNoAclFound, acls } = given
  return { superUsers, allowEveryoneIfNoAclFound, declared: acls.flat(), inside }
}
