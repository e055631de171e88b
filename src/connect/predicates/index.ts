/** The kinds of predicates: Kafka's own, under their Java names with and without the package. */
import { hasHeaderKey } from './has-header-key.ts'
import type { PredicateKind } from './predicate.ts'
import { recordIsTombstone } from './record-is-tombstone.ts'
import { topicNameMatches } from './topic-name-matches.ts'

export const predicateKinds: readonly PredicateKind[] = [
  hasHeaderKey,
  recordIsTombstone,
  topicNameMatches,
]
