/** Topics: what there is of them, their partitions and configurations; made, changed and deleted. */
import { clusterName } from '../../access/acl.ts'
import type { Rights } from '../../access/rights.ts'
import { describeChange, rightsOf } from '../../client/doors/index.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { CreatePartitions } from '../../protocols/kafka/apis/37-create-partitions.ts'
import { objectBody } from '../answers.ts'
import { integerIn, nameIn, namesIn, textsIn } from '../body.ts'
import { demand } from '../demand.ts'
import { groupsAndLags, lagAmong } from '../groups.ts'
import type { ConsoleApp, Services } from '../services.ts'
import { changeConfigs, configsOf } from '../topics/configs.ts'
import { describeTopic, listTopics, topicNamed } from '../topics/list.ts'

/** How long the cluster may take to make partitions. */
const changeTimeoutMs = 30_000
const mostPartitions = 10_000

export function addTopics(app: ConsoleApp, { client }: Services): void {
  app.get('/api/topics', async (context) =>
    context.json(await listTopics(await client(), rightsOf(context))),
  )
  app.get('/api/topics/:topic', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'Describe', 'Topic', topic)
    return context.json(await topicAndReaders(await client(), rightsOf(context), topic))
  })
  app.post('/api/topics', async (context) => {
    const body = await objectBody(context)
    const name = nameIn(body, 'name')
    const partitions = integerIn(body, 'partitions', { least: 1, most: mostPartitions })
    const config = textsIn(body, 'configs')
    context.set('changed', { type: 'Topic', name })
    describeChange(context, { partitions, configs: config })
    // Whoever may create with the whole cluster may create each topic, as at the broker.
    if (!rightsOf(context).shows('Create', 'Cluster', clusterName)) {
      demand(context, 'Create', 'Topic', name)
    }
    const [made] = await (await client()).createTopics([
      { name, config, ...(partitions !== undefined && { partitions }) },
    ])
    if (made?.error !== undefined) throw made.error
    return context.json({ name }, 201)
  })
  app.delete('/api/topics/:topic', async (context) => {
    const topic = context.req.param('topic')
    if (!rightsOf(context).shows('Delete', 'Cluster', clusterName)) {
      demand(context, 'Describe', 'Topic', topic)
      demand(context, 'Delete', 'Topic', topic)
    }
    const kafka = await client()
    await topicNamed(kafka, topic)
    const [deleted] = await kafka.deleteTopics([topic])
    if (deleted?.error !== undefined) throw deleted.error
    return context.body(null, 204)
  })
  app.post('/api/topics/:topic/partitions', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'Alter', 'Topic', topic)
    const count = integerIn(await objectBody(context), 'count', { least: 1, most: mostPartitions })
    describeChange(context, { partitions: count })
    const kafka = await client()
    await topicNamed(kafka, topic)
    const { results } = await kafka.request(CreatePartitions, {
      topics: [{ name: topic, count: count ?? 0, assignments: null }],
      timeoutMs: changeTimeoutMs,
      validateOnly: false,
    })
    for (const { errorCode, errorMessage } of results) {
      checkAnswer(errorCode, errorMessage ?? `Topic '${topic}'`)
    }
    return context.body(null, 204)
  })
  app.get('/api/topics/:topic/configs', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'DescribeConfigs', 'Topic', topic)
    return context.json(await configsOf(await client(), topic))
  })
  app.patch('/api/topics/:topic/configs', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'AlterConfigs', 'Topic', topic)
    const body = await objectBody(context)
    const change = { set: textsIn(body, 'set'), reset: namesIn(body, 'reset') }
    describeChange(context, change)
    await changeConfigs(await client(), topic, change)
    return context.body(null, 204)
  })
}

export async function topicAndReaders(client: KafkaClient, rights: Rights, topic: string) {
  const [described, all] = await Promise.all([
    describeTopic(client, rights, topic),
    groupsAndLags(client, rights),
  ])
  const groups = all.flatMap(({ groupId: group, groupState: state, lags }) => {
    const here = lags.filter((one) => one.topic === topic)
    return here.length === 0 ? [] : [{ group, state, lag: lagAmong(here) }]
  })
  return { ...described, groups }
}
