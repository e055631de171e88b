/**
 * What a topic is configured as while it is filled: nothing of it is cleaned away or stamped anew,
 * so that both sides can be compared. Its own configuration comes when they are equal.
 */
import type { KafkaClient } from '../client/index.ts'
import { checkAnswer } from '../client/index.ts'
import { IncrementalAlterConfigs } from '../protocols/kafka/apis/44-incremental-alter-configs.ts'
import { ownConfigs } from './topics.ts'

type Configs = ReadonlyMap<string, string>

const forever = `${2n ** 63n - 1n}`

const whileFilled: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'CreateTime',
  'message.timestamp.before.max.ms': forever,
  'message.timestamp.after.max.ms': forever,
}

const topicResource = 2
const operation = { set: 0, delete: 1 }

/** As long as records are copied into it; without what the target does not know. */
export function filledConfigs(own: Configs, known: ReadonlySet<string>): Record<string, string> {
  const wanted = { ...Object.fromEntries(own), ...whileFilled }
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => known.has(name)))
}

/** What of a topic's own configuration the target has no word for. */
export function unknownConfigs(own: Configs, known: ReadonlySet<string>): string[] {
  return [...own.keys()].filter((name) => !known.has(name))
}

/** Gives topics of the target these configurations, and takes away all that they do not say. */
export async function setConfigs(
  target: KafkaClient,
  wanted: ReadonlyMap<string, Configs>,
): Promise<void> {
  const present = await ownConfigs(target, [...wanted.keys()])
  const resources = [...wanted].flatMap(([resourceName, configs]) => {
    const changes = configChanges(present.get(resourceName) ?? new Map(), configs)
    return changes.length === 0
      ? []
      : [{ resourceType: topicResource, resourceName, configs: changes }]
  })
  if (resources.length === 0) return
  const { responses } = await target.request(IncrementalAlterConfigs, {
    resources,
    validateOnly: false,
  })
  for (const { resourceName, errorCode, errorMessage } of responses) {
    checkAnswer(errorCode, errorMessage ?? `The configuration of topic '${resourceName}'`)
  }
}

function configChanges(present: Configs, wanted: Configs) {
  return [
    ...[...wanted]
      .filter(([name, value]) => present.get(name) !== value)
      .map(([name, value]) => ({ name, configOperation: operation.set, value })),
    ...[...present.keys()]
      .filter((name) => !wanted.has(name))
      .map((name) => ({ name, configOperation: operation.delete, value: null })),
  ]
}
