/** What can have configurations, by the codes of Kafka's `ConfigResource.Type`. */
import { errorCode } from '../protocols/kafka/error-codes.ts'
import { brokerConfigEntries, type ConfigEntry, topicConfigEntries } from './config-entries.ts'
import type { Services } from './handler.ts'
import type { KafkaError } from './kafka-errors.ts'
import { isTopicConfig, topicConfigs } from './topic-configs.ts'
import { isLegalTopicName } from './topics.ts'

const resource = { topic: 2, broker: 4 } as const

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

/** All configurations of a resource, or why there are none. */
export function entriesOf(
  { resourceType, resourceName }: Resource,
  broker: Services,
): readonly ConfigEntry[] | KafkaError {
  switch (resourceType) {
    case resource.topic: {
      const topic = broker.topics.get(resourceName)
      if (topic !== undefined) return topicConfigEntries(topic.config, broker.settings)
      const code = isLegalTopicName(resourceName)
        ? errorCode.UNKNOWN_TOPIC_OR_PARTITION
        : errorCode.INVALID_TOPIC_EXCEPTION
      return { errorCode: code, errorMessage: `There is no topic '${resourceName}'.` }
    }
    case resource.broker:
      return brokerProblem(resourceName, broker) ?? brokerEntriesOf(resourceName, broker)
    default:
      return unknownType(resourceType)
  }
}

export interface Change {
  readonly name: string
  readonly value: string | null
  /** As in IncrementalAlterConfigs; AlterConfigs sets everything. */
  readonly configOperation: number
}

const operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/** Applies changes to a topic's own configurations, all or none of them. */
export async function alter(
  { resourceType, resourceName }: Resource,
  changes: readonly Change[],
  { keepOthers, validateOnly }: { keepOthers: boolean; validateOnly: boolean },
  broker: Services,
): Promise<KafkaError> {
  if (resourceType === resource.broker) return brokersAreReadOnly
  if (resourceType !== resource.topic) return unknownType(resourceType)
  const own = broker.topics.get(resourceName)?.config ?? {}
  const config: Record<string, string> = keepOthers ? { ...own } : {}
  const seen = new Set<string>()
  for (const change of changes) {
    if (seen.has(change.name)) {
      const errorMessage = `The configuration '${change.name}' is given twice.`
      return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
    }
    seen.add(change.name)
    const problem = applyChange(config, change, broker)
    if (problem !== undefined) return problem
  }
  broker.topics.checkConfig(resourceName, config)
  if (!validateOnly) await broker.topics.configure(resourceName, config)
  return { errorCode: errorCode.NONE, errorMessage: null }
}

function applyChange(
  config: Record<string, string>,
  { name, value, configOperation }: Change,
  { settings }: Services,
): KafkaError | undefined {
  if (configOperation === operation.delete) {
    delete config[name]
    return undefined
  }
  if (value === null) {
    const errorMessage = `The configuration '${name}' has no value.`
    return { errorCode: errorCode.INVALID_CONFIG, errorMessage }
  }
  if (configOperation === operation.set) {
    config[name] = value
    return undefined
  }
  if (!isTopicConfig(name) || topicConfigs[name].type.name !== 'LIST') {
    const errorMessage = `Only lists can be added to and taken from; '${name}' is none.`
    return { errorCode: errorCode.INVALID_CONFIG, errorMessage }
  }
  const before = (config[name] ?? settings.topicDefault(name)).split(',').filter(Boolean)
  const items = value.split(',').filter(Boolean)
  const isAppended = configOperation === operation.append
  config[name] = (
    isAppended ? [...new Set([...before, ...items])] : before.filter((one) => !items.includes(one))
  ).join(',')
  return undefined
}

const brokersAreReadOnly: KafkaError = {
  errorCode: errorCode.INVALID_REQUEST,
  errorMessage:
    "The broker's configurations cannot be altered while it runs: write them into leat.yml, under kafka.config.",
}

function unknownType(resourceType: number): KafkaError {
  const errorMessage = `Resources of type ${resourceType} have no configurations here; topics (2) and brokers (4) do.`
  return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
}

/** The empty name means the defaults of all brokers, of which none are dynamic here. */
function brokerEntriesOf(name: string, { settings }: Services): readonly ConfigEntry[] {
  return name === '' ? [] : brokerConfigEntries(settings)
}

function brokerProblem(name: string, { settings }: Services): KafkaError | undefined {
  const nodeId = settings.text('node.id')
  if (name === '' || name === nodeId) return undefined
  const errorMessage = `This is broker ${nodeId}; it knows nothing of a broker '${name}'.`
  return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
}
