/** What a start would change, and what there is beside the files: nothing is changed to find out. */
import { existsSync } from 'node:fs'
import { isError } from '../../base/errors.ts'
import { systemFiles } from '../../base/files.ts'
import { unwrittenFiles } from '../../base/unwritten-files.ts'
import { KafkaClient, type KafkaClientOptions } from '../../client/index.ts'
import { expandBind } from '../addresses.ts'
import type { Config } from '../config.ts'
import { platformError } from '../errors.ts'
import { isOpenInside, reachable } from '../inside.ts'
import { type Difference, differencesOf, type There } from './differences.ts'
import { withoutSecrets } from './memory.ts'
import { isToldByTheCluster, thereIn } from './there.ts'
import { type Says, thingsOf } from './things.ts'

export interface Plan {
  /** What was looked at. */
  readonly seen: 'nothing' | 'data at rest' | 'running'
  readonly differences: readonly Difference[]
}

const clientId = 'leat-plan'

/** The Kafka that is meant, where it is not the one of the files, and a login where it asks for one. */
export type Way = Pick<Partial<KafkaClientOptions>, 'brokers' | 'security'>

export async function planOf(
  config: Config,
  connectors: Readonly<Record<string, Says>>,
  way: Way = {},
): Promise<Plan> {
  const { seen, there } = await look(config, way)
  // What is only remembered is so without secrets.
  const wanted = thingsOf(config, connectors).map((one) =>
    isToldByTheCluster(one) ? one : withoutSecrets(one),
  )
  const isSaid = (name: string) => wanted.some((one) => one.kind === 'topic' && one.name === name)
  const isImplied = impliedTopics(config, connectors)
  const differences = differencesOf(
    wanted,
    there.filter(({ kind, name }) => kind !== 'topic' || isSaid(name) || !isImplied(name)),
  )
  return { seen, differences }
}

async function look(
  config: Config,
  { brokers = config.kafka.brokers?.map(reachable), security }: Way,
): Promise<{ seen: Plan['seen']; there: There[] }> {
  if (brokers !== undefined) {
    const itsOwn = config.kafka.brokers === undefined ? undefined : config.kafka
    return await lookThrough({ brokers, clientId, security: security ?? itsOwn }, config)
  }
  if (!existsSync(config.data)) return { seen: 'nothing', there: [] }
  try {
    return { seen: 'data at rest', there: await lookAtRest(config) }
  } catch (error) {
    if (!isError(error, 'directory-locked')) throw error
  }
  const { listeners } = config.kafka
  const isUsable = (door: (typeof listeners)[number]) => isOpenInside(door) === !security
  const [door] = listeners.filter(isUsable).flatMap(({ bind }) => expandBind(bind))
  if (door === undefined) throw platformError('plan-needs-login', { data: config.data })
  return await lookThrough({ brokers: [reachable(door)], clientId, security }, config)
}

async function lookThrough(way: KafkaClientOptions, config: Config) {
  await using client = new KafkaClient(way)
  return { seen: 'running' as const, there: await thereIn(client, config) }
}

/** The broker as it would be after a start, on a disk that is not written; throws 'directory-locked'. */
async function lookAtRest(config: Config): Promise<There[]> {
  const { Broker } = await import('../../broker/index.ts')
  await using broker = await Broker.open({
    directory: config.data,
    durability: 'os',
    files: unwrittenFiles(systemFiles),
    listeners: [{ host: '127.0.0.1', port: 0 }],
  })
  const brokers = broker.addresses.map(reachable)
  await using client = new KafkaClient({ brokers, clientId })
  return await thereIn(client, config)
}

/** Topics that parts of leat keep for themselves, or that routes, pipelines and connectors name. */
function impliedTopics(config: Config, connectors: Readonly<Record<string, Says>>) {
  const { mqtt, pipelines = {}, mirrors = [], connect } = config
  const named = new Set([
    ...(mqtt?.routes ?? []).flatMap(({ to, schema }) => [to, schema?.errors]),
    ...Object.values(connectors).flatMap(({ topic, topics = '', ...more }) => [
      ...[topic, more['errors.deadletterqueue.topic.name']],
      ...topics.split(',').map((one) => one.trim()),
    ]),
    ...['config', 'offset', 'status'].map(
      (one) => connect?.config[`${one}.storage.topic`] ?? `connect-${one}s`,
    ),
    ...['connect-status', '_schemas', 'heartbeats'],
    ...Object.entries(pipelines).flatMap(([name, { to, errors }]) => [
      errors === '' ? `${name}-errors` : errors,
      ...to.map(({ topic }) => topic),
    ]),
  ])
  return (name: string) =>
    named.has(name) ||
    name.startsWith('__') ||
    name.endsWith('.internal') ||
    mirrors.some(({ alias, to }) => to === 'own' && name.startsWith(`${alias}.`))
}
