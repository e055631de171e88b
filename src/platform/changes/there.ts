/** What there is, as the cluster itself tells it, and what the files said at the last start. */
import { isError } from '../../base/errors.ts'
import { rulesIn, understood } from '../../client/access/index.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { storedConnectors } from '../../connect/index.ts'
import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { DescribeClientQuotas } from '../../protocols/kafka/apis/48-describe-client-quotas.ts'
import { DescribeUserScramCredentials } from '../../protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import type { Config } from '../config.ts'
import type { There } from './differences.ts'
import { rememberedBy } from './memory.ts'
import { connectorThing, keyOf, quotaThing, ruleThing, type Thing, topicThing } from './things.ts'

/** Kafka's number for "a topic", and for a configuration that was set on the topic itself. */
const topicResource = 2
const ofTheTopic = 1
const topicsAtOnce = 500

/** What was remembered of these does not count. */
export function isToldByTheCluster({ kind }: Thing): boolean {
  return kind === 'topic' || kind === 'connector' || kind === 'mirror'
}

export async function thereIn(client: KafkaClient, config: Config): Promise<There[]> {
  const [declared = [], topics, connectors, users, rules, quotas] = await Promise.all([
    rememberedBy(client, config.name),
    topicsIn(client),
    connectorsIn(client, config),
    usersIn(client),
    ruleThingsIn(client),
    quotasIn(client),
  ])
  const names = new Set(declared.map(keyOf))
  const found = [...topics, ...connectors, ...users, ...rules, ...quotas]
  const remembered = declared.filter((one) => !isToldByTheCluster(one))
  const all = new Map(remembered.map((one) => [keyOf(one), one]))
  for (const thing of found) all.set(keyOf(thing), thing)
  return Array.from(all.values(), (thing) => ({ ...thing, isDeclared: names.has(keyOf(thing)) }))
}

async function topicsIn(client: KafkaClient): Promise<Thing[]> {
  const all = await client.topics()
  const things: Thing[] = []
  for (let from = 0; from < all.length; from += topicsAtOnce) {
    const some = all.slice(from, from + topicsAtOnce)
    const { results } = await client.request(DescribeConfigs, {
      resources: some.map(({ name }) => ({
        ...{ resourceType: topicResource, resourceName: name, configurationKeys: null },
      })),
    })
    for (const { name, partitions } of some) {
      const result = results.find(({ resourceName }) => resourceName === name)
      checkAnswer(result?.errorCode ?? -1, `The configurations of topic '${name}'`)
      const own = (result?.configs ?? []).filter(({ configSource }) => configSource === ofTheTopic)
      const config = Object.fromEntries(own.map(({ name: key, value }) => [key, value ?? '']))
      things.push(topicThing(name, { partitions: partitions.length, config }))
    }
  }
  return things
}

async function connectorsIn(client: KafkaClient, { connect }: Config): Promise<Thing[]> {
  const stored = await storedConnectors(client, connect?.config['config.storage.topic'])
  return Object.entries(stored).map(([name, config]) => connectorThing(name, config))
}

async function usersIn(client: KafkaClient): Promise<Thing[]> {
  const { errorCode, results } = await client.request(DescribeUserScramCredentials, { users: null })
  checkAnswer(errorCode, 'The list of users')
  return results.map(({ user: name }) => ({ kind: 'user', name, says: {} }))
}

/** None where there is no authorizer. */
async function ruleThingsIn(client: KafkaClient): Promise<Thing[]> {
  try {
    return understood(await rulesIn(client)).map(ruleThing)
  } catch (error) {
    if (isError(error, 'security-disabled')) return []
    throw error
  }
}

async function quotasIn(client: KafkaClient): Promise<Thing[]> {
  const asked = { components: [], strict: false }
  const { errorCode, entries } = await client.request(DescribeClientQuotas, asked)
  checkAnswer(errorCode, 'The list of quotas')
  return (entries ?? []).map(({ entity, values }) =>
    quotaThing(
      Object.fromEntries(entity.map(({ entityType, entityName }) => [entityType, entityName])),
      Object.fromEntries(values.map(({ key, value }) => [key, value])),
    ),
  )
}
