/** Rights to read topics, at the target as they are at the source; rights to write are given to nobody. */
import { type AclBinding, aclKey, wildcard } from '../../access/acl.ts'
import { encodeAcl } from '../../access/acl-codes.ts'
import { LeatError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { addRules, rulesIn, understood } from '../../client/access/index.ts'
import type { KafkaClient } from '../../client/index.ts'
import type { Clusters } from './clusters.ts'
import type { TopicSelection } from './selection.ts'

/** A request has so many rules. */
const rulesAtOnce = 500

export class TopicRights {
  readonly #clusters: Clusters
  readonly #selection: TopicSelection
  readonly #logger: Logger
  #told: string | undefined

  constructor(clusters: Clusters, selection: TopicSelection, logger: Logger) {
    this.#clusters = clusters
    this.#selection = selection
    this.#logger = logger
  }

  /** Adds what is missing at the target. What it may not do, or a cluster has not, is said once. */
  async sync(): Promise<void> {
    const { source, target, policy } = this.#clusters
    try {
      const wanted = mirroredRights(
        await rightsOf(source),
        (topic) => this.#selection.takes(topic),
        (topic) => policy.remote(topic),
      )
      const there = new Set((await rightsOf(target)).map(aclKey))
      const missing = wanted.filter((rule) => !there.has(aclKey(rule)))
      for (let first = 0; first < missing.length; first += rulesAtOnce) {
        await addRules(target, missing.slice(first, first + rulesAtOnce).map(encodeAcl))
      }
      if (missing.length > 0) {
        this.#logger.info('Rights to read topics were mirrored', { rules: missing.length })
      }
      this.#told = undefined
    } catch (error) {
      if (!(error instanceof LeatError) || error.retriable) throw error
      if (this.#told === error.message) return
      this.#told = error.message
      this.#logger.warn('Rights to read topics are not mirrored', { why: error.message })
    }
  }
}

/**
 * The rules that hold for the copies. Of what is allowed only reading and describing goes over, and
 * of everything only reading, as with MirrorMaker; what is denied stays denied. Rules for prefixes
 * and for all topics are about others' topics there, too, and stay where they are.
 */
export function mirroredRights(
  rules: readonly AclBinding[],
  takes: (topic: string) => boolean,
  remote: (topic: string) => string,
): AclBinding[] {
  return rules.flatMap((rule): AclBinding[] => {
    const { name, pattern, permission, operation } = rule
    if (pattern !== 'Literal' || name === wildcard || !takes(name)) return []
    const copy = { ...rule, name: remote(name) }
    if (permission === 'Deny') return [copy]
    if (operation === 'All') return [{ ...copy, operation: 'Read' }]
    return operation === 'Read' || operation === 'Describe' ? [copy] : []
  })
}

async function rightsOf(client: KafkaClient): Promise<AclBinding[]> {
  return understood(await rulesIn(client, { resourceType: 'Topic' }))
}
