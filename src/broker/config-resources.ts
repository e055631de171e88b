/** What can have configurations, by the codes of Kafka's `ConfigResource.Type`. */
import { clusterName } from '../access/acl.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import { refused } from './access/index.ts'
import { brokerConfigEntries, type ConfigEntry, topicConfigEntries } from './config-entries.ts'
import type { Context, Services } from './handler.ts'
import { type KafkaError, kafkaError } from './kafka-errors.ts'
import { namedOnce } from './named-once.ts'
import { isTopicConfig, topicConfigs } from './topic-configs.ts'
import { isLegalTopicName } from './topics.ts'

export const configResource = { topic: 2, broker: 4, group: 32 } as const

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

/** Whose configurations they are says whose rights are needed; the cluster's for all but these. */
export function configRefusal(
  operation: 'DescribeConfigs' | 'AlterConfigs',
  { resourceType, resourceName }: Resource,
  context: Context,
): KafkaError | undefined {
  switch (resourceType) {
    case configResource.topic:
      return context.allows(operation, 'Topic', resourceName) ? undefined : refused.Topic
    case configResource.group:
      return context.allows(operation, 'Group', resourceName) ? undefined : refused.Group
    default:
      return context.allows(operation, 'Cluster', clusterName) ? undefined : refused.Cluster
  }
}

/** All configurations of a resource, or why there are none. */
export function entriesOf(
  { resourceType, resourceName }: Resource,
  broker: Services,
): readonly ConfigEntry[] | KafkaError {
  switch (resourceType) {
    case configResource.topic: {
      const topic = broker.topics.get(resourceName)
      if (topic === undefined) return noTopic(resourceName)
      return topicConfigEntries(topic.config, broker.settings)
    }
    case configResource.broker:
      return brokerProblem(resourceName, broker) ?? brokerEntriesOf(resourceName, broker)
    default:
      return unknownType(resourceType)
  }
}

interface Change {
  readonly name: string
  readonly value: string | null
  /** As in IncrementalAlterConfigs; AlterConfigs sets everything. */
  readonly configOperation: number
}

export const setOperation = 0
const operation = { set: setOperation, delete: 1, append: 2, subtract: 3 } as const

interface HowToAlter {
  readonly keepOthers: boolean
  readonly validateOnly: boolean
}

/** Each resource is answered for itself; one that a request names twice is not altered at all. */
export async function alterEach(
  changed: readonly (Resource & { readonly configs: readonly Change[] })[],
  how: HowToAlter,
  context: Context,
): Promise<(Resource & KafkaError)[]> {
  const nameOf = ({ resourceType, resourceName }: Resource) => `${resourceType} ${resourceName}`
  const { once, repeated } = namedOnce(changed, nameOf)
  const responses: (Resource & KafkaError)[] = repeated.map(({ resourceType, resourceName }) => ({
    resourceType,
    resourceName,
    errorCode: errorCode.INVALID_REQUEST,
    errorMessage: 'The resource is named twice in one request.',
  }))
  for (const { configs, resourceType, resourceName } of once) {
    const resource = { resourceType, resourceName }
    const outcome =
      configRefusal('AlterConfigs', resource, context) ??
      (await alter(resource, configs, how, context.broker).catch((error) =>
        kafkaError(error, context.broker.logger),
      ))
    responses.push({ ...resource, ...outcome })
  }
  return responses
}

/** Applies changes to a topic's own configurations, all or none of them. */
async function alter(
  { resourceType, resourceName }: Resource,
  changes: readonly Change[],
  { keepOthers, validateOnly }: HowToAlter,
  broker: Services,
): Promise<KafkaError> {
  if (resourceType === configResource.broker) {
    return brokerProblem(resourceName, broker) ?? brokersAreReadOnly
  }
  if (resourceType !== configResource.topic) return unknownType(resourceType)
  const topic = broker.topics.get(resourceName)
  if (topic === undefined) return noTopic(resourceName)
  const config: Record<string, string> = keepOthers ? { ...topic.config } : {}
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
    return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
  }
  if (configOperation === operation.set) {
    config[name] = value
    return undefined
  }
  const isAppended = configOperation === operation.append
  if (!isAppended && configOperation !== operation.subtract) {
    const errorMessage = `There is no operation ${configOperation} on a configuration.`
    return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
  }
  if (!isTopicConfig(name) || topicConfigs[name].type.name !== 'LIST') {
    const errorMessage = `Only lists can be added to and taken from; '${name}' is none.`
    return { errorCode: errorCode.INVALID_CONFIG, errorMessage }
  }
  const before = itemsOf(config[name] ?? settings.topicDefault(name))
  const items = itemsOf(value)
  config[name] = (
    isAppended ? [...new Set([...before, ...items])] : before.filter((one) => !items.includes(one))
  ).join(',')
  return undefined
}

function itemsOf(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

const brokersAreReadOnly: KafkaError = {
  errorCode: errorCode.INVALID_REQUEST,
  errorMessage:
    "The broker's configurations cannot be altered while it runs: write them into leat.yml, under kafka.config.",
}

function noTopic(name: string): KafkaError {
  if (isLegalTopicName(name)) {
    const errorMessage = `There is no topic '${name}'.`
    return { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage }
  }
  const errorMessage = `'${name}' is no name of a topic.`
  return { errorCode: errorCode.INVALID_TOPIC_EXCEPTION, errorMessage }
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
