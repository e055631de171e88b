import { clusterName } from '../../access/acl.ts'
import { entityProblem, type QuotaEntity, valueProblem } from '../../access/quota.ts'
import { AlterClientQuotas } from '../../protocols/kafka/apis/49-alter-client-quotas.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'
import { namedOnce } from '../named-once.ts'
import type { QuotaChange } from '../quotas/index.ts'

type Entry = MessageOf<typeof AlterClientQuotas.request>['entries'][number]

const done: KafkaError = { errorCode: errorCode.NONE, errorMessage: null }

/** Each entity is answered for itself; the quotas of those that may be are on disk, all or none. */
export const alterClientQuotas = handler(AlterClientQuotas, async (request, context) => {
  const { quotas, logger } = context.broker
  const answer = (outcomeOf: (entry: Entry) => KafkaError) => ({
    throttleTimeMs: 0,
    entries: request.entries.map((entry) => ({ ...outcomeOf(entry), entity: entry.entity })),
  })
  if (!context.allows('AlterConfigs', 'Cluster', clusterName)) return answer(() => refused.Cluster)
  const decoded = new Map(request.entries.map((entry) => [entry, changeOf(entry)]))
  const changes = [...decoded.values()].filter((change) => typeof change !== 'string')
  const outcome = request.validateOnly
    ? done
    : await quotas.alter(changes).then(
        () => done,
        (error) => kafkaError(error, logger),
      )
  return answer((entry) => {
    const change = decoded.get(entry)
    return typeof change === 'string' ? invalid(change) : outcome
  })
})

/** What is to be changed, or why it cannot be. */
function changeOf({ entity: entries, ops }: Entry): QuotaChange | string {
  const problem = entityProblem(entries)
  if (problem !== undefined) return problem
  const entity: QuotaEntity = Object.fromEntries(
    entries.map(({ entityType, entityName }) => [entityType, entityName]),
  )
  const [twice] = namedOnce(ops, ({ key }) => key).repeated
  if (twice !== undefined) return `Duplicate quota key ${twice.key}`
  for (const { key, value, remove } of ops) {
    const wrong = remove ? undefined : valueProblem(entity, key, value)
    if (wrong !== undefined) return wrong
  }
  return {
    entity,
    values: Object.fromEntries(ops.map(({ key, value, remove }) => [key, remove ? null : value])),
  }
}

function invalid(errorMessage: string): KafkaError {
  return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
}
