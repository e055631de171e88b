/** Rules of access as options of commands say them. */
import {
  type AclBinding,
  clusterName,
  type Operation,
  operations,
  type ResourceType,
  wildcard,
} from '../access/acl.ts'
import type { AclFilter } from '../access/acl-filter.ts'
import { hostAddress } from '../access/host.ts'
import { formatPrincipal, principalOf } from '../access/principal.ts'
import { type OptionTable, oneOf, type ValuesOf } from './command.ts'
import { cliError } from './errors.ts'

export const ruleOptions = {
  principal: {
    type: 'string',
    short: 'u',
    value: 'USER',
    about: "Whom the rule is about; 'User:*' is everybody.",
    example: '--principal alice',
  },
  operation: {
    type: 'string',
    multiple: true,
    value: 'OPERATION',
    about: "What is allowed, in Kafka's words: Read, Write, Create, Describe, All and others.",
    example: '--operation Read --operation Write',
  },
  topic: {
    type: 'string',
    short: 't',
    value: 'TOPIC',
    about: "With which topic; '*' is every one.",
    example: '-t readings',
  },
  group: {
    type: 'string',
    short: 'g',
    value: 'GROUP',
    about: 'With which consumer group.',
    example: '-g dashboards',
  },
  'transactional-id': {
    type: 'string',
    value: 'ID',
    about: 'With which transactional id.',
    example: '--transactional-id orders-1',
  },
  user: {
    type: 'string',
    value: 'USER',
    about: 'With the delegation tokens of which user: CreateTokens, DescribeTokens.',
    example: '--user alice',
  },
  'delegation-token': {
    type: 'string',
    value: 'ID',
    about: 'With which delegation token: Describe.',
    example: '--delegation-token 5Tl5vWxYQcOzbPZ1Pyh2Ag',
  },
  cluster: { type: 'boolean', about: 'With the cluster as a whole.', example: '--cluster' },
  pattern: {
    type: 'string',
    value: 'PATTERN',
    about: 'Whether the name is meant whole (literal) or as how names begin (prefixed).',
    example: '--pattern prefixed',
  },
  host: {
    type: 'string',
    value: 'ADDRESS',
    about: 'From which address; without it, from all.',
    example: '--host 10.0.0.7',
  },
  deny: {
    type: 'boolean',
    about: 'The rule denies: what is denied is refused, whatever else allows it.',
    example: '--deny',
  },
} as const satisfies OptionTable

type Values = ValuesOf<typeof ruleOptions>

/** One rule for each operation. */
export function rulesOf(options: Values): AclBinding[] {
  const principal = principalIn(options)
  const resource = resourceIn(options)
  const operations = operationsIn(options)
  if (principal === undefined || resource === undefined || operations.length === 0) {
    const problem =
      "Write whom, what and with which resource, such as '--principal alice --operation Read -t readings'."
    throw cliError('usage', { problem })
  }
  const pattern = oneOf('pattern', options.pattern, ['literal', 'prefixed'], 'literal')
  return operations.map((operation) => ({
    ...resource,
    pattern: pattern === 'prefixed' ? 'Prefixed' : 'Literal',
    principal,
    host: hostAddress(options.host ?? wildcard),
    operation,
    permission: options.deny === true ? 'Deny' : 'Allow',
  }))
}

/** Filters which together find the rules that are meant; `match` finds all that apply to a name. */
export function filtersOf(options: Values): AclFilter[] {
  const pattern = oneOf('pattern', options.pattern, ['literal', 'prefixed', 'match', 'any'], 'any')
  const patterns = { literal: 'Literal', prefixed: 'Prefixed', match: 'Match', any: undefined }
  const filter = {
    ...resourceIn(options),
    pattern: patterns[pattern] as AclFilter['pattern'],
    principal: principalIn(options),
    host: options.host && hostAddress(options.host),
    ...(options.deny === true && { permission: 'Deny' as const }),
  }
  const operations = operationsIn(options)
  return operations.length === 0
    ? [filter]
    : operations.map((operation) => ({ ...filter, operation }))
}

function principalIn(
  options: Values,
  option: 'principal' | 'user' = 'principal',
): string | undefined {
  const given = options[option]
  if (given === undefined || (option === 'user' && given === wildcard)) return given
  const found = principalOf(given)
  if (found !== undefined) return formatPrincipal(found)
  const problem = `'--${option}' is '${given}'; write a user or TYPE:NAME.`
  throw cliError('usage', { problem })
}

function operationsIn({ operation = [] }: Values): Operation[] {
  const words = Object.keys(operations) as Operation[]
  return operation.map((given) => {
    const word = words.find((one) => one.toLowerCase() === given.toLowerCase())
    if (word !== undefined) return word
    const problem = `'--operation' is '${given}'; write ${words.join(', ')}.`
    throw cliError('usage', { problem })
  })
}

function resourceIn(options: Values): { resourceType: ResourceType; name: string } | undefined {
  const given: readonly (readonly [ResourceType, string | undefined])[] = [
    ['Topic', options.topic],
    ['Group', options.group],
    ['TransactionalId', options['transactional-id']],
    ['User', principalIn(options, 'user')],
    ['DelegationToken', options['delegation-token']],
    ['Cluster', options.cluster === true ? clusterName : undefined],
  ]
  const named = given.flatMap(([resourceType, name]) =>
    name === undefined ? [] : [{ resourceType, name }],
  )
  if (named.length <= 1) return named[0]
  throw cliError('usage', { problem: 'A rule is about one resource; write one of them.' })
}
