import { systemClock } from '../../base/clock.ts'
import { silentLogger } from '../../base/logger.ts'
import { KafkaClient } from '../../client/index.ts'
import { type KafkaWay, type Options, type Plugin, readOptions } from '../kit/index.ts'

/** What a connector has around it without a worker: there is no cluster of its own. */
export const surroundings = {
  logger: silentLogger,
  clock: systemClock,
  isOurs: () => true,
  kafka: ({ brokers = [] }: KafkaWay) => new KafkaClient({ brokers, clientId: 'under-test' }),
}

/** What a task is opened with, as a worker would. */
export function taskContext(
  plugin: Plugin,
  config: Readonly<Record<string, string>>,
  signal: AbortSignal,
) {
  const { values, errors } = readOptions<Options>(plugin.options, config)
  if (values === undefined) throw new Error(Object.values(errors).flat().join('\n'))
  return {
    ...{ connector: 'under-test', task: 0, values, signal },
    ...surroundings,
  }
}
