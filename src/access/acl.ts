/**
 * Kafka's rules of access (ACLs), as values: who, from where, may or may not do what with which
 * resource. The words are those of Kafka's tools, the numbers those of its protocol.
 */

export const resourceTypes = {
  Topic: 2,
  Group: 3,
  Cluster: 4,
  TransactionalId: 5,
  DelegationToken: 6,
  User: 7,
} as const

export const operations = {
  All: 2,
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Alter: 7,
  Describe: 8,
  ClusterAction: 9,
  DescribeConfigs: 10,
  AlterConfigs: 11,
  IdempotentWrite: 12,
  CreateTokens: 13,
  DescribeTokens: 14,
  TwoPhaseCommit: 15,
} as const

/** A literal name is one resource, or with `*` all of a type; a prefixed one is how names begin. */
export const patternTypes = { Literal: 3, Prefixed: 4 } as const

export const permissions = { Deny: 2, Allow: 3 } as const

export type ResourceType = keyof typeof resourceTypes
export type Operation = keyof typeof operations
export type PatternType = keyof typeof patternTypes
export type Permission = keyof typeof permissions

/** The one resource of type Cluster. */
export const clusterName = 'kafka-cluster'

/** In a rule: every name of a type, or every host. */
export const wildcard = '*'

export interface AclBinding {
  readonly resourceType: ResourceType
  readonly name: string
  readonly pattern: PatternType
  /** `User:alice`, or `User:*` for everybody. */
  readonly principal: string
  /** An address, or `*` for all. */
  readonly host: string
  readonly operation: Operation
  readonly permission: Permission
}

/** What can be done with the resources of a type (Kafka's `AclEntry.supportedOperations`). */
export const supportedOperations: Readonly<Record<ResourceType, readonly Operation[]>> = {
  Topic: [
    'Read',
    'Write',
    'Create',
    'Describe',
    'Delete',
    'Alter',
    'DescribeConfigs',
    'AlterConfigs',
  ],
  Group: ['Read', 'Describe', 'Delete', 'DescribeConfigs', 'AlterConfigs'],
  Cluster: [
    'Create',
    'ClusterAction',
    'DescribeConfigs',
    'AlterConfigs',
    'IdempotentWrite',
    'Alter',
    'Describe',
  ],
  TransactionalId: ['Describe', 'Write', 'TwoPhaseCommit'],
  DelegationToken: ['Describe'],
  User: ['CreateTokens', 'DescribeTokens'],
}

/** The same text for the same rule, by which it is known. */
export function aclKey(acl: AclBinding): string {
  const { resourceType, name, pattern, principal, host, operation, permission } = acl
  return JSON.stringify([resourceType, name, pattern, principal, host, operation, permission])
}

/** The word of a code; undefined where there is none. */
export function wordOf<Word extends string>(
  codes: Readonly<Record<Word, number>>,
  code: number,
): Word | undefined {
  return (Object.keys(codes) as Word[]).find((word) => codes[word] === code)
}
