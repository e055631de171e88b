/**
 * The bit fields by which Metadata, DescribeCluster and DescribeGroups say what a client may do.
 * Bit numbers are the codes of Kafka's `AclOperation`.
 */
const operations = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
} as const

/** What Kafka answers where the client did not ask. */
export const operationsNotAsked = -(2 ** 31)

export const allTopicOperations = bits(
  'read',
  'write',
  'create',
  'delete',
  'alter',
  'describe',
  'describeConfigs',
  'alterConfigs',
)

export const allClusterOperations = bits(
  'create',
  'alter',
  'describe',
  'clusterAction',
  'describeConfigs',
  'alterConfigs',
  'idempotentWrite',
)

export const allGroupOperations = bits(
  'read',
  'delete',
  'describe',
  'describeConfigs',
  'alterConfigs',
)

function bits(...names: (keyof typeof operations)[]): number {
  return names.reduce((field, name) => field | (1 << operations[name]), 0)
}
