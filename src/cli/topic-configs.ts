/** The configurations of a topic, changed and asked for. */
import { type Clock, pause, systemClock } from '../base/clock.ts'
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { DescribeConfigs } from '../protocols/kafka/apis/32-describe-configs.ts'
import { IncrementalAlterConfigs } from '../protocols/kafka/apis/44-incremental-alter-configs.ts'

/** By name; null takes the default of the broker again. */
export type ConfigChanges = ReadonlyMap<string, string | null>

/** Kafka's number for "a topic" among the things that have configurations. */
const topicResource = 2
const operation = { set: 0, delete: 1 }
/** Where a configuration comes from: the topic itself. */
const ofTopic = 1

/** How long a broker of a cluster may take to hear of what its controller was told. */
const longestMs = 10_000
const everyMs = 50

export async function changeConfigs(
  client: KafkaClient,
  topic: string,
  changes: ConfigChanges,
): Promise<void> {
  const configs = Array.from(changes, ([name, value]) => ({
    ...{ name, value, configOperation: value === null ? operation.delete : operation.set },
  }))
  const { responses } = await client.request(IncrementalAlterConfigs, {
    resources: [{ resourceType: topicResource, resourceName: topic, configs }],
    validateOnly: false,
  })
  for (const answer of responses) checkConfigAnswer(answer)
}

/** With these changes in them as soon as the broker that is asked knows of them. */
export async function configsWith(
  client: KafkaClient,
  topic: string,
  changes: ConfigChanges,
  signal: AbortSignal,
  clock: Clock = systemClock,
) {
  const until = clock.now() + longestMs
  for (;;) {
    const configs = await describe(client, topic)
    const isSeen = Array.from(changes).every(([name, value]) => {
      const found = configs.find((one) => one.name === name)
      const own = found?.configSource === ofTopic ? found.value : null
      return own === value
    })
    if (isSeen || signal.aborted || clock.now() > until) return configs
    await pause(everyMs, { clock, signal })
  }
}

async function describe(client: KafkaClient, topic: string) {
  const { results } = await client.request(DescribeConfigs, {
    resources: [{ resourceType: topicResource, resourceName: topic, configurationKeys: null }],
    includeDocumentation: false,
  })
  for (const answer of results) checkConfigAnswer(answer)
  return results.flatMap((result) => result.configs)
}

function checkConfigAnswer(answer: {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly resourceName: string
}): void {
  checkAnswer(answer.errorCode, answer.errorMessage ?? `Topic '${answer.resourceName}'`)
}
