/** The bit fields by which Metadata, DescribeCluster and DescribeGroups say what a client may do. */
import { clusterName, operations, type ResourceType, supportedOperations } from '../access/acl.ts'
import type { Rights } from '../access/rights.ts'

/** What Kafka answers where the client did not ask. */
export const operationsNotAsked = -(2 ** 31)

/** One bit an operation; its number is the code of Kafka's `AclOperation`. */
export function authorizedOperations(rights: Rights, type: ResourceType, name: string): number {
  return supportedOperations[type]
    .filter((operation) => rights.shows(operation, type, name))
    .reduce((field, operation) => field | (1 << operations[operation]), 0)
}

export function authorizedClusterOperations(rights: Rights): number {
  return rights.allows('Describe', 'Cluster', clusterName)
    ? authorizedOperations(rights, 'Cluster', clusterName)
    : 0
}
