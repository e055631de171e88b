/** From this machine onto an Apache Kafka, and back: who stops the writers, and what goes on after. */
import { existsSync } from 'node:fs'
import { atMost, type Clock, pause, systemClock } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { systemRandom } from '../../base/random.ts'
import { KafkaClient } from '../../client/index.ts'
import type { ClientSecurity } from '../../client/security/index.ts'
import {
  type Comparisons,
  Graduation,
  type GroupReport,
  ownMark,
  type PartitionReport,
  type Plan,
} from '../../graduation/index.ts'
import { moveSessions, settledSessions } from '../../mqtt/index.ts'
import { expandBind } from '../addresses.ts'
import type { Config } from '../config.ts'
import { platformError } from '../errors.ts'
import { reachable } from '../inside.ts'
import type { Cluster } from './changed-file.ts'
import { graduatedTo, markGraduated, refuseGraduated } from './marker.ts'
import { moveMirrorPlaces } from './mirror-places.ts'
import { OwnBroker } from './own-broker.ts'

export interface GraduateOptions {
  readonly config: Config
  /** The other cluster. */
  readonly cluster: Cluster
  /** How one gets into the leat that is running. */
  readonly here: ClientSecurity
  readonly excluded: readonly string[]
  /** By user, as far as they are known. */
  readonly passwords: ReadonlyMap<string, string>
  readonly stopped: AbortSignal
}

export interface Report {
  readonly partitions: readonly PartitionReport[]
  readonly groups: readonly GroupReport[]
  /** Rules and quotas that are not there, in words. */
  readonly missing: readonly string[]
  /** How many partitions have other offsets at the target. */
  readonly shifted: number
}

export type { Plan }

/** Whoever is told what happens, and asked whether it may. */
export interface Teller {
  /** Whether to go on. */
  plan(plan: Plan): Promise<boolean>
  says(sentence: string): Promise<void>
  copied(records: number, bytes: number): void
  report(report: Report): Promise<void>
}

const clock: Clock = systemClock
const logger: Logger = silentLogger
/** How long nothing must have come of a cluster whose writers nobody here can stop. */
const quietMs = 10_000
/** How often it is tried to get hold of the data directory. */
const lookEveryMs = 500
/** How long leat may take to let go of it when its doors are closed. */
const endMs = 10_000

/** All of a data directory at the cluster; whether it is done, and not only planned. */
export async function graduateToKafka(options: GraduateOptions, teller: Teller): Promise<boolean> {
  const { config, cluster } = options
  const directory = config.data
  const to = cluster.brokers.join()
  if (!existsSync(`${directory}/format`)) throw platformError('no-data', { directory })
  if (graduatedTo(directory) !== to) refuseGraduated(directory)
  await using target = clientOf(cluster)
  const comparisons: Comparisons = new Map()
  const free = await OwnBroker.open(config, { isTarget: false }, logger)
  await using own = free ?? (await copyWhileItRuns(target, comparisons, options, teller))
  if (own === undefined) return false
  await using graduation = await open(own.client, target, options, teller)
  if (free !== undefined && !(await teller.plan(graduation.plan))) return false
  await teller.says('Nobody writes here any more: the data directory is ours alone.')
  const sessions = await settledSessions(own.client, { clock, logger })
  await graduation.prepare()
  await copyAll(graduation)
  await checkAndReport(graduation, comparisons, teller)
  await finish(graduation, target, sessions)
  await moveMirrorPlaces(
    config,
    { source: own.client, target },
    { clock, signal: options.stopped, translate: translationOf(graduation) },
  )
  await markGraduated(directory, to)
  return true
}

/** All of the cluster in a data directory of its own; whether it is done, and not only planned. */
export async function graduateFromKafka(
  options: GraduateOptions,
  teller: Teller,
): Promise<boolean> {
  const { config, cluster, stopped } = options
  refuseGraduated(config.data)
  await using own = await OwnBroker.open(config, { isTarget: true }, logger)
  if (own === undefined) throw platformError('still-running', { directory: config.data })
  await using source = clientOf(cluster)
  await using graduation = await open(source, own.client, options, teller)
  if (!(await teller.plan(graduation.plan))) return false
  await graduation.prepare()
  const comparisons: Comparisons = new Map()
  await copyAll(graduation)
  await check(graduation, comparisons, teller)
  await teller.says(
    `Both are in step. Stop all who write to the cluster: when nothing has come for ${quietMs / 1000} s, the last check begins.`,
  )
  await untilQuiet(graduation, stopped)
  const sessions = await settledSessions(source, { clock, logger })
  await copyAll(graduation)
  await checkAndReport(graduation, comparisons, teller)
  await finish(graduation, own.client, sessions)
  return true
}

/**
 * Copies what is there and what comes, until leat has been stopped and its data directory is free.
 * Resolves to its broker; to nothing where it was only planned.
 */
async function copyWhileItRuns(
  target: KafkaClient,
  comparisons: Comparisons,
  options: GraduateOptions,
  teller: Teller,
): Promise<OwnBroker | undefined> {
  const { config, here } = options
  const over = new AbortController()
  const stopped = AbortSignal.any([options.stopped, over.signal])
  await using source = clientOf({ brokers: doorOf(config, here), security: here })
  await using graduation = await open(source, target, { ...options, stopped }, teller)
  if (!(await teller.plan(graduation.plan))) return undefined
  const free = untilFree(config, stopped)
  free.catch(() => undefined)
  const following = follow(graduation, comparisons, stopped, teller)
  following.catch(() => undefined)
  try {
    return await Promise.race([free, following])
  } catch (error) {
    // It may be leat's end that is noticed here first.
    if (!isRetriable(error) || !(await atMost(clock, endMs, free))) throw error
    return await free
  } finally {
    over.abort()
    // What still waits for an answer of the leat that has gone need not.
    await source.close()
    await following.catch(() => undefined)
  }
}

/** Copies and compares what is there, then copies what comes, until the signal. */
async function follow(
  graduation: Graduation,
  comparisons: Comparisons,
  stopped: AbortSignal,
  teller: Teller,
): Promise<never> {
  await graduation.prepare()
  await copyAll(graduation)
  await check(graduation, comparisons, teller)
  await teller.says(
    'Both are in step. Stop leat now: what is written until then is copied, and the last check begins by itself.',
  )
  await using copy = await graduation.openCopy()
  for (;;) {
    await copy.step()
    stopped.throwIfAborted()
  }
}

/** Resolves when leat has let go of its data directory, which is ours then. */
async function untilFree(config: Config, signal: AbortSignal): Promise<OwnBroker> {
  for (;;) {
    const own = await OwnBroker.open(config, { isTarget: false }, logger)
    if (own !== undefined) return own
    await pause(lookEveryMs, { clock, signal })
    signal.throwIfAborted()
  }
}

async function copyAll(graduation: Graduation): Promise<void> {
  await using copy = await graduation.openCopy()
  await copy.toTheEnd()
}

async function untilQuiet(graduation: Graduation, stopped: AbortSignal): Promise<void> {
  await using copy = await graduation.openCopy()
  let movedAt = clock.now()
  while (clock.now() - movedAt < quietMs) {
    if (await copy.step()) movedAt = clock.now()
    stopped.throwIfAborted()
  }
}

/** While others write: what has been copied is compared, and only a difference is told. */
async function check(
  graduation: Graduation,
  comparisons: Comparisons,
  teller: Teller,
): Promise<void> {
  await teller.says('All that was there is copied; both sides are compared, record by record.')
  const partitions = await graduation.compare(comparisons, false)
  if (partitions.every(({ difference }) => difference === undefined)) return
  await tell({ partitions, groups: [], missing: [], shifted: graduation.shifted }, teller)
}

async function checkAndReport(
  graduation: Graduation,
  comparisons: Comparisons,
  teller: Teller,
): Promise<void> {
  const partitions = await graduation.compare(comparisons, true)
  const isEqual = partitions.every(({ difference }) => difference === undefined)
  const groups = isEqual ? await graduation.carryPositions() : []
  const missing = isEqual ? await graduation.carryRights() : []
  await tell({ partitions, groups, missing, shifted: graduation.shifted }, teller)
}

/** Throws 'sides-differ' where they do. */
async function tell(report: Report, teller: Teller): Promise<void> {
  await teller.report(report)
  const { partitions, groups, missing } = report
  const differences =
    [...partitions, ...groups].filter(({ difference }) => difference !== undefined).length +
    missing.length
  if (differences > 0) throw platformError('sides-differ', { differences })
}

async function finish(
  graduation: Graduation,
  target: KafkaClient,
  sessions: Awaited<ReturnType<typeof settledSessions>>,
): Promise<void> {
  await moveSessions(sessions, target, {
    ...{ clock, mark: { key: ownMark, value: null } },
    translate: translationOf(graduation),
  })
  await graduation.finish()
}

function translationOf(graduation: Graduation) {
  return (topic: string, partition: number, offset: bigint) =>
    graduation.translate(topic, partition, offset)
}

function open(
  source: KafkaClient,
  target: KafkaClient,
  { config, excluded, passwords, stopped }: GraduateOptions,
  teller: Teller,
): Promise<Graduation> {
  return Graduation.open({
    leftBehind: (config.access?.superUsers ?? []).map((user) => ({
      what: `super user ${user}`,
      why: 'it is a setting of the cluster (super.users); at the MQTT door it needs ACLs there',
    })),
    ...{ source, target, excluded, passwords, clock, logger, random: systemRandom },
    signal: stopped,
    onCopied: (records, bytes) => teller.copied(records, bytes),
  })
}

function clientOf({ brokers, security }: Cluster): KafkaClient {
  return new KafkaClient({ brokers, security, clientId: 'leat-graduate' })
}

/** Where the leat that is running can be reached: without a login, unless there is one. */
function doorOf({ kafka }: Config, here: ClientSecurity): string[] {
  const hasLogin = here.tls !== undefined || here.sasl !== undefined
  const door = kafka.listeners.find(
    ({ auth, tls }) => hasLogin || (auth === undefined && tls === undefined),
  )
  if (door === undefined) throw platformError('login-needed', {})
  return expandBind(door.bind).slice(0, 1).map(reachable)
}
