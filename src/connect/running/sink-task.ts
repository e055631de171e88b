import { pause } from '../../base/clock.ts'
import {
  type GroupConsumer,
  selectionChange,
  selectTopics,
  type TopicSelection,
} from '../../client/index.ts'
import { JavaPattern, type RecordOrigin, type SinkPlugin } from '../kit/index.ts'
import { type SinkSettings, sinkSettings, valuesOf } from '../options/settings.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { consumerOptions, mostRecordsIn, otherWayIn, overridesOf } from './client-overrides.ts'
import { openConversion } from './conversion.ts'
import { DeadLetters } from './dead-letters.ts'
import { ErrorPolicy } from './error-policy.ts'
import type { Services } from './services.ts'
import { SinkRun } from './sink-run.ts'
import type { Attempt } from './supervised.ts'
import type { TaskMeter } from './task-meter.ts'

export interface TaskFacts {
  readonly connector: string
  readonly task: number
  /** The connector's and the task's, with its secrets. */
  readonly config: ConnectorConfig
  readonly services: Services
  /** Whether no other worker can have been given it. */
  readonly isOurs: () => boolean
  readonly meter: TaskMeter
}

/** How soon a sink notices topics, and partitions of topics, that are new. */
const topicsAgeMs = 2000

/** Opens a sink's task, reads its topics into it until it is stopped, and closes it. */
export async function runSinkTask(
  plugin: SinkPlugin,
  facts: TaskFacts,
  attempt: Attempt,
): Promise<void> {
  const { connector, task: number, config, services, meter } = facts
  const { clock, random, commitIntervalMs, instance } = services
  const { signal } = attempt
  const logger = services.logger.with({ connector, task: number })
  const settings = sinkSettings(config)
  const overrides = overridesOf(config, 'consumer', services.defaults)
  await using stack = new AsyncDisposableStack()
  const way = otherWayIn(overrides)
  const client = way === undefined ? services.client : stack.use(services.clientOf(way))

  const letters = await DeadLetters.open({
    ...{ client: services.client, connector, task: number, settings, config },
  })
  if (letters !== undefined) stack.use(letters)
  const conversion = await openConversion(config, services.defaults)
  const values = valuesOf(plugin.options, config)
  const opened = await plugin.open({
    ...{ connector, task: number, values, logger, clock, signal, kafka: services.kafka },
  })
  const task = stack.use(opened)

  const policy = new ErrorPolicy<RecordOrigin>(settings, {
    ...{ clock, random, logger, signal },
    describe: ({ topic, partition, offset }) => `record ${topic}-${partition}@${offset}`,
    onRetry: () => {
      meter.retries += 1
    },
    onPassedOver: async (origin, failure) => {
      meter.failed += 1
      await letters?.add(origin, failure)
    },
  })
  let consumer: GroupConsumer | undefined
  const run = new SinkRun({
    ...{ task, executing: plugin.names[0], conversion, policy, meter, signal },
    ...{ clock, random, logger, commitIntervalMs },
    mostRecords: mostRecordsIn(overrides),
    longestRetryMs: settings['errors.retry.delay.max.ms'],
    commit: async (positions) => await consumer?.commit(positions),
    onTopic: (topic) => void services.topicUsed(topic, connector, number),
    onDone: attempt.succeeded,
  })
  await attempt.running()

  const working = run.work()
  // It is awaited below, wherever the task fails first.
  working.catch(() => undefined)
  const selection = topicSelection(settings)
  while (!signal.aborted) {
    const topics = await selectTopics(selection, client)
    const changed = new AbortController()
    const stop = AbortSignal.any([signal, changed.signal])
    consumer = client.consumer({
      ...consumerOptions(overrides),
      metadataMaxAgeMs: topicsAgeMs,
      group: overrides['group.id'] ?? `connect-${connector}`,
      ...(instance && { instanceId: `${instance}-${connector}-${number}` }),
      topics,
      commitsHandled: false,
      onRecords: (...fetched) => run.take(...fetched),
      onAssigned: (positions) => run.assigned(positions),
      onRevoked: (positions) => run.revoked(positions),
    })
    try {
      const reading =
        topics.length === 0 ? pause(topicsAgeMs, { clock, signal: stop }) : consumer.run()
      const watch = { client, clock, logger, signal: stop, everyMs: topicsAgeMs }
      await Promise.race([reading, working, selectionChange(selection, topics, watch)])
    } finally {
      changed.abort()
      await consumer.close()
    }
  }
  await working
}

/** What `topics` or `topics.regex` mean. */
export function topicSelection(settings: SinkSettings): TopicSelection {
  const regex = settings['topics.regex']
  if (regex === '') return { names: settings.topics }
  const pattern = new JavaPattern(regex)
  return { names: [], fits: (name) => pattern.matches(name) }
}
