import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * What HTTP says of what a broker refuses, by Kafka's name of it. Of others that pass by themselves
 * it is 503.
 */
export const kafkaStatuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'unknown-topic-or-partition': 404,
  'group-id-not-found': 404,
  'topic-already-exists': 409,
  'non-empty-group': 409,
  'unknown-member-id': 409,
  'rebalance-in-progress': 409,
  'invalid-topic-exception': 400,
  'invalid-partitions': 400,
  'invalid-replication-factor': 400,
  'invalid-config': 400,
  'invalid-request': 400,
  'invalid-record': 400,
  'invalid-timestamp': 400,
  'policy-violation': 400,
  'unsupported-version': 400,
  'topic-deletion-disabled': 400,
  'offset-out-of-range': 400,
  'message-too-large': 413,
  'record-too-large': 413,
  'throttling-quota-exceeded': 429,
  // At an existing cluster leat itself may lack the right.
  'topic-authorization-failed': 403,
  'group-authorization-failed': 403,
  'cluster-authorization-failed': 403,
  'delivery-timed-out': 503,
}
