/** Rights to read topics, at the target as they are at the source; rights to write are given to nobody. */
import { type AclBinding, aclKey, wildcard } from '../../access/acl.ts'
import { decodeAcl, encodeAcl, encodeFilter } from '../../access/acl-codes.ts'
import { LeatError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { DescribeAcls } from '../../protocols/kafka/apis/29-describe-acls.ts'
import { CreateAcls } from '../../protocols/kafka/apis/30-create-acls.ts'
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
        await addRights(target, missing.slice(first, first + rulesAtOnce))
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
  const answer = await client.request(DescribeAcls, encodeFilter({ resourceType: 'Topic' }))
  checkAnswer(answer.errorCode, answer.errorMessage || 'The list of ACLs')
  return answer.resources
    .flatMap(({ acls, ...resource }) => acls.map((one) => decodeAcl({ ...resource, ...one })))
    .filter((rule) => typeof rule !== 'string')
}

async function addRights(client: KafkaClient, rules: readonly AclBinding[]): Promise<void> {
  const creations = rules.map(encodeAcl).map(({ patternType, ...one }) => ({
    ...one,
    resourcePatternType: patternType,
  }))
  const { results } = await client.request(CreateAcls, { creations })
  for (const { errorCode, errorMessage } of results) {
    checkAnswer(errorCode, errorMessage || 'The new ACL')
  }
}
