import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { IncrementalAlterConfigs } from '../../protocols/kafka/apis/44-incremental-alter-configs.ts'

type Asks = Pick<KafkaClient, 'request'>

/** Kafka's number for "a topic" among the things that have configurations. */
const topicResource = 2
const operation = { set: 0, delete: 1 } as const

/** The names of DescribeConfigs' sources. */
const sources: Readonly<Record<number, string>> = {
  1: 'topic',
  2: 'broker',
  3: 'cluster',
  4: 'broker',
  5: 'default',
}

/** All configurations of a topic, what is secret without its value. */
export async function configsOf(client: Asks, topic: string) {
  const { results } = await client.request(DescribeConfigs, {
    resources: [resourceOf(topic, null)],
    includeDocumentation: true,
  })
  for (const { errorCode, errorMessage } of results) {
    checkAnswer(errorCode, errorMessage ?? `Topic '${topic}'`)
  }
  return results
    .flatMap(({ configs }) => configs)
    .map(({ name, value, configSource, readOnly, isSensitive, documentation }) => ({
      ...{ name, value: isSensitive ? null : value },
      source: sources[configSource] ?? 'default',
      isDefault: configSource !== 1,
      ...{ isReadOnly: readOnly, isSensitive },
      ...(documentation && { documentation }),
    }))
}

/** By topic; those of which it is not told are left out. */
export async function cleanupPolicies(
  client: Asks,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (topics.length === 0) return new Map()
  const { results } = await client.request(DescribeConfigs, {
    resources: topics.map((topic) => resourceOf(topic, ['cleanup.policy'])),
    includeDocumentation: false,
  })
  return new Map(
    results.flatMap(({ resourceName, configs }) => {
      const value = configs.find(({ name }) => name === 'cleanup.policy')?.value
      return value ? [[resourceName, value]] : []
    }),
  )
}

export interface ConfigChange {
  readonly set: Readonly<Record<string, string>>
  /** These take the default again. */
  readonly reset: readonly string[]
}

/** All of it or nothing; throws what the broker says of a value that it does not take. */
export async function changeConfigs(client: Asks, topic: string, { set, reset }: ConfigChange) {
  const { responses } = await client.request(IncrementalAlterConfigs, {
    resources: [
      {
        ...{ resourceType: topicResource, resourceName: topic },
        configs: [
          ...Object.entries(set).map(([name, value]) => ({
            ...{ name, value, configOperation: operation.set },
          })),
          ...reset.map((name) => ({ name, value: null, configOperation: operation.delete })),
        ],
      },
    ],
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of responses) {
    checkAnswer(errorCode, errorMessage ?? `Topic '${topic}'`)
  }
}

function resourceOf(topic: string, configurationKeys: readonly string[] | null) {
  return { resourceType: topicResource, resourceName: topic, configurationKeys }
}
