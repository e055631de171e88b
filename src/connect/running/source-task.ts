import { sentenceOf } from '../errors.ts'
import type { SourcePlugin, SourceRecord } from '../kit/index.ts'
import { sourceSettings, valuesOf } from '../options/settings.ts'
import { otherWayIn, overridesOf, producerOptions } from './client-overrides.ts'
import { openConversion } from './conversion.ts'
import { ErrorPolicy } from './error-policy.ts'
import type { TaskFacts } from './sink-task.ts'
import { runSource } from './source-run.ts'
import type { Attempt } from './supervised.ts'
import { topicMaker } from './topic-creation.ts'

/** Opens a source's task, writes what it reads until it is stopped, and closes it. */
export async function runSourceTask(
  plugin: SourcePlugin,
  facts: TaskFacts,
  attempt: Attempt,
): Promise<void> {
  const { connector, task: number, config, services, isOurs, meter } = facts
  const { clock, random } = services
  const { signal } = attempt
  const logger = services.logger.with({ connector, task: number })
  const settings = sourceSettings(config)
  const overrides = overridesOf(config, 'producer', services.defaults)
  await using stack = new AsyncDisposableStack()
  const way = otherWayIn(overrides)
  const client = way === undefined ? services.client : stack.use(services.clientOf(way))
  const producer = stack.use(client.producer({ ...producerOptions(overrides), mayWrite: isOurs }))
  const conversion = await openConversion(config, services.defaults)
  const offsets = await services.offsets()
  const task = stack.use(
    await plugin.open({
      ...{ connector, task: number, logger, clock, signal, share: config, isOurs },
      kafka: services.kafka,
      values: valuesOf(plugin.options, config),
      offsets: async (partitions) => {
        await offsets.readToEnd()
        return partitions.map((partition) => offsets.get(connector, partition))
      },
    }),
  )
  await attempt.running()
  await runSource({
    ...{ task, conversion, producer, meter, signal, clock, random, logger },
    policy: new ErrorPolicy<SourceRecord>(settings, {
      ...{ clock, random, logger, signal },
      describe: ({ topic, sourcePartition, sourceOffset }) =>
        `record of ${JSON.stringify(sourcePartition)} at ${JSON.stringify(sourceOffset)} for topic ${topic}`,
      onRetry: () => {
        meter.retries += 1
      },
      onPassedOver: async () => {
        meter.failed += 1
      },
    }),
    makeTopic: topicMaker(config, settings['topic.creation.groups'], client),
    storeOffsets: (stored) => offsets.put(connector, stored),
    longestRetryMs: settings['errors.retry.delay.max.ms'],
    onTopic: (topic) => {
      services.topicUsed(topic, connector, number).catch((error: unknown) => {
        logger.warn('The use of a topic could not be noted', { topic, error: sentenceOf(error) })
      })
    },
    onDone: attempt.succeeded,
  })
}
