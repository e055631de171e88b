import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { GroupMember, JoinedGroup, KafkaClient } from '../client/index.ts'
import { type Assignment, assignmentIn, WorkerProtocol } from './cluster/worker-protocol.ts'
import { connectError, sentenceOf } from './errors.ts'
import type { Plugins } from './plugins.ts'
import type { Services } from './running/services.ts'
import { Slot, type Unit, type Wanted } from './running/slot.ts'
import { connectorUnit, TaskUnit } from './running/units.ts'
import type { ConfigStore, ConnectorConfig, RestartRequest } from './state/config-store.ts'
import type { State, StatusOf, StatusStore } from './state/status-store.ts'

export interface HerderOptions {
  readonly client: KafkaClient
  readonly group: string
  /** A name that no other worker has, now or after a restart: it gets its share back at once. */
  readonly instance?: string
  /** Of this worker's REST door. */
  readonly url: string
  readonly plugins: Plugins
  readonly services: Services
  readonly configs: ConfigStore
  readonly statuses: StatusStore
  readonly clock: Clock
  readonly logger: Logger
  readonly timings: WorkerTimings
  /** Has the leader write the tasks that a connector of ours has planned. */
  readonly publishTasks: (connector: string, tasks: readonly ConnectorConfig[]) => Promise<void>
}

export interface WorkerTimings {
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly heartbeatMs: number
}

const nothing: Assignment = {
  ...{ leaderUrl: '', offset: 0n, connectors: [], tasks: [], inTransit: [] },
}
const signedBy = 'sha256'

/**
 * Runs on this worker what the group's leader has given it, as the configurations say now. What
 * does not change goes on, also while the group is shared out anew.
 */
export class Herder {
  readonly #options: HerderOptions
  readonly #member: GroupMember
  readonly #connectors = new Map<string, Slot>()
  readonly #tasks = new Map<string, Slot>()
  #assignment: Assignment | undefined
  #joined: JoinedGroup | undefined
  /** What the leader has given out last: more or less of it is wanted by now? */
  #sharedOut = ''
  #ready = Promise.withResolvers<void>()
  #running: Promise<void> | undefined
  #failure: unknown
  #isClosing = false
  /** Resolves when all turns so far are done. */
  #turning: Promise<void> = Promise.resolve()

  constructor(options: HerderOptions) {
    this.#options = options
    const { client, group, instance, timings } = options
    this.#member = client.member({
      group,
      ...timings,
      ...(instance && { instanceId: instance }),
      protocol: new WorkerProtocol({
        url: options.url,
        state: () => ({
          offset: options.configs.offset,
          connectors: running(this.#connectors),
          tasks: running(this.#tasks),
        }),
        wanted: async (offset) => {
          await options.configs.readTo(offset)
          this.#sharedOut = JSON.stringify(this.#wanted())
          return this.#wanted()
        },
      }),
      generation: async (joined, beat) => {
        await this.#follow(joined)
        await beat()
      },
      onLost: async () => {
        options.logger.warn('This worker has lost its group; it stops what it runs')
        await this.#stopAll()
      },
    })
    // Nobody may be waiting when it fails.
    this.#ready.promise.catch(() => undefined)
  }

  /** Joins the group; resolves when this worker knows for the first time what it is to run. */
  async start(): Promise<void> {
    this.#running = this.#member.run()
    this.#running.catch((error) => {
      this.#options.logger.error('This worker cannot be part of its group', {
        error: sentenceOf(error),
      })
      this.#failure = error
      this.#ready.reject(error)
      void this.#stopAll()
    })
    await this.#ready.promise
  }

  /** Why this worker is not part of its group any more. */
  get failure(): unknown {
    return this.#failure
  }

  get isLeader(): boolean {
    return this.#joined?.isLeader ?? false
  }

  get leaderUrl(): string | undefined {
    return this.#assignment?.leaderUrl || undefined
  }

  /** The unit of a connector or task that runs here. */
  unit({ connector, task }: StatusOf): Unit | undefined {
    return task === undefined
      ? this.#connectors.get(connector)?.unit
      : this.#tasks.get(`${connector}-${task}`)?.unit
  }

  taskUnits(): { connector: string; task: number; unit: TaskUnit }[] {
    return Array.from(this.#tasks, ([id, { unit }]) => ({ ...taskOf(id), unit })).filter(
      (one): one is { connector: string; task: number; unit: TaskUnit } =>
        one.unit instanceof TaskUnit,
    )
  }

  /** Begins what runs here of a connector again, as was asked of all workers. */
  restart({ connector, includeTasks, onlyFailed }: RestartRequest): void {
    const tasks = this.taskUnits().filter((one) => one.connector === connector)
    const all = [
      this.#connectors.get(connector)?.unit,
      ...(includeTasks ? tasks.map(({ unit }) => unit) : []),
    ]
    for (const unit of all) if (unit?.isFailed || !onlyFailed) unit?.restart()
  }

  /** The configurations are other than they were. */
  configsChanged(): void {
    if (this.#assignment === undefined) return
    void this.#reconcile()
    if (this.isLeader && JSON.stringify(this.#wanted()) !== this.#sharedOut) {
      this.#sharedOut = JSON.stringify(this.#wanted())
      this.#member.joinAgain()
    }
  }

  /** Proves to the leader that a request comes from a worker of the group. */
  signature(body: string): string {
    const { sessionKey } = this.#options.configs
    if (sessionKey === undefined) throw connectError('not-leader', { leader: undefined })
    return createHmac(signedBy, sessionKey.key).update(body).digest('base64')
  }

  isSignedByWorker(body: string, signature: string): boolean {
    const [expected, given] = [this.signature(body), signature].map((one) => Buffer.from(one))
    return (
      expected !== undefined &&
      given !== undefined &&
      expected.length === given.length &&
      timingSafeEqual(expected, given)
    )
  }

  /** Stops what runs here, commits, and leaves the group, so that others go on at once. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#stopAll()
    await this.#turning
    await this.#member.close()
    this.#ready.reject(connectError('not-ready', { why: 'this worker is stopping.' }))
  }

  async #stopAll(): Promise<void> {
    this.#assignment = nothing
    await this.#reconcile()
  }

  async #follow(joined: JoinedGroup): Promise<void> {
    const { configs, logger } = this.#options
    const assignment = assignmentIn(joined.assignment)
    await configs.readTo(assignment.offset)
    // A share that comes while this worker ends would be begun, and ended by nobody.
    if (this.#isClosing) return
    this.#joined = joined
    this.#assignment = assignment
    logger.debug('This worker has its share', {
      generation: joined.generationId,
      leader: assignment.leaderUrl,
      connectors: assignment.connectors,
      tasks: assignment.tasks,
    })
    const given = new Set([...assignment.connectors, ...assignment.tasks])
    const runs = [...running(this.#connectors), ...running(this.#tasks)]
    const ends = runs.filter((name) => assignment.inTransit.includes(name) && !given.has(name))
    const settled = this.#reconcile()
    // Others begin what we end here, once we have said that we did.
    if (ends.length > 0) void settled.then(() => this.#member.joinAgain())
    this.#ready.resolve()
    this.configsChanged()
  }

  #wanted(): { connectors: string[]; tasks: string[] } {
    const { configs } = this.#options
    const connectors = configs.names()
    const tasks = connectors.flatMap(
      (name) => configs.connector(name)?.tasks.map((_, task) => `${name}-${task}`) ?? [],
    )
    return { connectors, tasks }
  }

  /** Resolves when all runs as it is wanted now. */
  #reconcile(): Promise<void> {
    const turns = this.#turns()
    // Whoever closes waits for the turns before, too: they write.
    this.#turning = Promise.allSettled([this.#turning, turns]).then(() => undefined)
    return turns
  }

  async #turns(): Promise<void> {
    const { connectors, tasks } = this.#assignment ?? nothing
    await Promise.all([
      this.#turn(this.#connectors, connectors, (name) => ({
        of: { connector: name },
        wanted: this.#wantConnector(name),
      })),
      this.#turn(this.#tasks, tasks, (id) => ({ of: taskOf(id), wanted: this.#wantTask(id) })),
    ])
  }

  async #turn(
    slots: Map<string, Slot>,
    given: readonly string[],
    plan: (name: string) => { of: StatusOf; wanted: Wanted | undefined },
  ): Promise<void> {
    for (const name of given) if (!slots.has(name)) slots.set(name, new Slot())
    await Promise.all(
      Array.from(slots, async ([name, slot]) => {
        const { of, wanted } = plan(name)
        await slot.want(given.includes(name) ? wanted : undefined)
        if (slot.unit !== undefined || slots.get(name) !== slot) return
        slots.delete(name)
        // It may have said that it ends before it was known to be gone for good.
        if (this.#isGone(of)) await this.#forget(of)
      }),
    )
  }

  /** A status that stays behind is passed over by who lists connectors: no reason for a turn to fail. */
  async #forget(of: StatusOf): Promise<void> {
    try {
      await this.#options.statuses.delete(of)
    } catch (error) {
      const why = sentenceOf(error)
      this.#options.logger.warn('The status of what is gone could not be deleted', { ...of, why })
    }
  }

  #wantConnector(connector: string): Wanted | undefined {
    const { configs, plugins, services, statuses, publishTasks } = this.#options
    const stored = configs.connector(connector)
    if (stored === undefined) return undefined
    return {
      version: JSON.stringify([stored.config, stored.target]),
      open: () =>
        connectorUnit({
          ...{ connector, stored, plugins, services, statuses },
          onState: (state, trace) => this.#tell({ connector }, state, trace),
          tasks: () => configs.connector(connector)?.tasks ?? [],
          publishTasks: (tasks) => publishTasks(connector, tasks),
        }),
    }
  }

  #wantTask(id: string): Wanted | undefined {
    const { connector, task } = taskOf(id)
    const { configs, plugins, services } = this.#options
    const stored = configs.connector(connector)
    const config = stored?.tasks[task]
    if (stored === undefined || config === undefined) return undefined
    return {
      // The connector plans anew when its configuration changes, and the task's has all of it.
      version: JSON.stringify([config, stored.target]),
      open: () =>
        new TaskUnit(task, {
          ...{ connector, stored, plugins, services },
          onState: (state, trace) => this.#tell({ connector, task }, state, trace),
          isOurs: () => this.#member.isHeard,
        }),
    }
  }

  #isGone({ connector, task = -1 }: StatusOf): boolean {
    const stored = this.#options.configs.connector(connector)
    return stored === undefined || task >= stored.tasks.length
  }

  /** What is not wanted at all any more has no status. */
  async #tell(of: StatusOf, state: State, trace: string | undefined): Promise<void> {
    const { configs, statuses, plugins, url } = this.#options
    const stored = configs.connector(of.connector)
    if (state === 'UNASSIGNED' && this.#isGone(of)) return await statuses.delete(of)
    await statuses.put(of, {
      state,
      trace: trace ?? null,
      worker: workerIdOf(url),
      generation: this.#joined?.generationId ?? 0,
      version: plugins.find(stored?.config['connector.class'] ?? '')?.version ?? null,
    })
  }
}

/** How a worker is called in a status: the address of its REST door. */
export function workerIdOf(url: string): string {
  return new URL(url).host
}

function running(slots: ReadonlyMap<string, Slot>): string[] {
  return [...slots.keys()]
}

/** A connector's name may end with a number, too: the task's is behind the last hyphen. */
function taskOf(id: string): { connector: string; task: number } {
  const at = id.lastIndexOf('-')
  return { connector: id.slice(0, at), task: Number(id.slice(at + 1)) }
}
