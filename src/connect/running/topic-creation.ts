/** `topic.creation.*`: how a source's topics are made, in groups whose patterns are asked in order. */
import type { KafkaClient, NewTopic } from '../../client/index.ts'
import { connectError } from '../errors.ts'
import { JavaPattern } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'

const defaultGroup = 'default'
const ownKeys = ['include', 'exclude', 'replication.factor', 'partitions']
const mostKnownTopics = 10_000

/** Makes topics that are absent; without `topic.creation.default.*` that is left to the broker. */
export function topicMaker(
  config: ConnectorConfig,
  groups: readonly string[],
  client: KafkaClient,
): (topic: string) => Promise<void> {
  if (config[`topic.creation.${defaultGroup}.partitions`] === undefined) return async () => {}
  const known = new Map<string, Promise<void>>()
  return async (topic) => {
    const made = known.get(topic)
    if (made !== undefined) return await made
    if (known.size >= mostKnownTopics) known.clear()
    const making = make(topicFor(topic, config, groups), client)
    known.set(topic, making)
    making.catch(() => known.delete(topic))
    await making
  }
}

/** As the first group says whose pattern fits, else as the default one. */
function topicFor(name: string, config: ConnectorConfig, groups: readonly string[]): NewTopic {
  const fits = (group: string) => {
    const isLike = (pattern: string) => new JavaPattern(pattern.trim()).matches(name)
    const { include = [], exclude = [] } = {
      include: config[`topic.creation.${group}.include`]?.split(','),
      exclude: config[`topic.creation.${group}.exclude`]?.split(','),
    }
    return include.some(isLike) && !exclude.some(isLike)
  }
  const group = groups.find((one) => one !== defaultGroup && fits(one)) ?? defaultGroup
  const number = (key: string) => {
    const text =
      config[`topic.creation.${group}.${key}`] ?? config[`topic.creation.${defaultGroup}.${key}`]
    return text === undefined || Number(text) < 0 ? undefined : Number(text)
  }
  const prefix = `topic.creation.${group}.`
  const topicConfig = Object.entries(config)
    .filter(([key]) => key.startsWith(prefix) && !ownKeys.includes(key.slice(prefix.length)))
    .map(([key, value]) => [key.slice(prefix.length), value])
  const [partitions, replicationFactor] = [number('partitions'), number('replication.factor')]
  return {
    name,
    config: Object.fromEntries(topicConfig),
    ...(partitions !== undefined && { partitions }),
    ...(replicationFactor !== undefined && { replicationFactor }),
  }
}

async function make(topic: NewTopic, client: KafkaClient): Promise<void> {
  const [found] = await client.topics([topic.name])
  if (found !== undefined && found.error === undefined) return
  const [made] = await client.createTopics([topic])
  const error = made?.error
  if (error === undefined || error.code === 'topic-already-exists') return
  if (error.retriable) throw error
  const why = `topic '${topic.name}' cannot be made as topic.creation.* says: ${error.message}`
  throw connectError('bad-request', { why }, { cause: error })
}
