import { clusterName } from '../../access/acl.ts'
import { ListConfigResources } from '../../protocols/kafka/apis/74-list-config-resources.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { configResource } from '../config-resources.ts'
import { handler, type Services } from '../handler.ts'

const firstVersionWithTypes = 1

/** Kinds of resources that Kafka lists and leat has none of: loggers, client metrics, groups. */
const kindsWithoutAny = [8, 16, configResource.group]
const kinds: readonly number[] = [configResource.topic, configResource.broker, ...kindsWithoutAny]

/** Without kinds all of them are meant; version 0 only knew client metrics. */
export const listConfigResources = handler(ListConfigResources, (request, context) => {
  const { broker, version } = context
  if (!context.allows('DescribeConfigs', 'Cluster', clusterName)) {
    return answer([], refused.Cluster.errorCode)
  }
  if (version < firstVersionWithTypes) return answer([])
  const asked = new Set(request.resourceTypes.length === 0 ? kinds : request.resourceTypes)
  if ([...asked].some((kind) => !kinds.includes(kind))) {
    return answer([], errorCode.UNSUPPORTED_VERSION)
  }
  return answer(resourcesOf(broker).filter(({ resourceType }) => asked.has(resourceType)))
})

function resourcesOf({ settings, topics }: Services) {
  return [
    { resourceType: configResource.broker, resourceName: settings.text('node.id') },
    ...[...topics.all()].map(({ name }) => ({
      resourceType: configResource.topic,
      resourceName: name,
    })),
  ]
}

function answer(
  configResources: { resourceType: number; resourceName: string }[],
  code: number = errorCode.NONE,
) {
  return { throttleTimeMs: 0, errorCode: code, configResources }
}
