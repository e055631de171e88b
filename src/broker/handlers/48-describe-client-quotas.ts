import { clusterName } from '../../access/acl.ts'
import { isEntityType, type QuotaEntity } from '../../access/quota.ts'
import { DescribeClientQuotas } from '../../protocols/kafka/apis/48-describe-client-quotas.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'
import type { KafkaError } from '../kafka-errors.ts'

type Request = MessageOf<typeof DescribeClientQuotas.request>
type Component = Request['components'][number]

/** How a name is compared: with a name, with the default, or not at all. */
const matches = { exactly: 0, default: 1, any: 2 } as const

/** Lists quotas, those of the configuration too. A strict filter names all types of an entity. */
export const describeClientQuotas = handler(DescribeClientQuotas, (request, context) => {
  const isAllowed = context.allows('DescribeConfigs', 'Cluster', clusterName)
  const problem = isAllowed ? filterProblem(request.components) : refused.Cluster
  if (problem !== undefined) return { throttleTimeMs: 0, ...problem, entries: null }
  const found = context.broker.quotas.all().filter(({ entity }) => fits(entity, request))
  return {
    throttleTimeMs: 0,
    errorCode: errorCode.NONE,
    errorMessage: null,
    entries: found.map(({ entity, values }) => ({
      entity: Object.entries(entity).map(([entityType, entityName]) => ({
        entityType,
        entityName,
      })),
      values: Object.entries(values).map(([key, value]) => ({ key, value })),
    })),
  }
})

/** In Kafka's words. */
function filterProblem(components: readonly Component[]): KafkaError | undefined {
  const types = components.map(({ entityType }) => entityType)
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') return invalid('Invalid empty entity type.')
    if (types.filter((one) => one === entityType).length > 1) {
      return invalid(`Entity type ${entityType} cannot appear more than once in the filter.`)
    }
    if (!isEntityType(entityType)) {
      const errorMessage = `Unsupported entity type ${entityType}`
      return { errorCode: errorCode.UNSUPPORTED_VERSION, errorMessage }
    }
    if (!Object.values<number>(matches).includes(matchType)) {
      return invalid(`Unknown match type ${matchType}`)
    }
    if ((matchType === matches.exactly) === (match === null)) {
      return invalid('A match string belongs to an exact match, and to no other.')
    }
  }
  return types.includes('ip') && types.length > 1
    ? invalid('The filter component ip should not be used with user or client-id.')
    : undefined
}

function invalid(errorMessage: string): KafkaError {
  return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
}

function fits(entity: QuotaEntity, { components, strict }: Request): boolean {
  if (strict && Object.keys(entity).length !== components.length) return false
  return components.every(({ entityType, matchType, match }) => {
    const name = isEntityType(entityType) ? entity[entityType] : undefined
    return name !== undefined && (matchType === matches.any || name === match)
  })
}
