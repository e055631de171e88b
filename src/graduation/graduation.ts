import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import { checkAnswer } from '../client/index.ts'
import { ensureOwnTopic, MapReader } from '../connectors/mirror/copying.ts'
import { CreatePartitions } from '../protocols/kafka/apis/37-create-partitions.ts'
import { Comparison, type Ends, type PartitionReport } from './comparison.ts'
import { CopyJob } from './copy-job.ts'
import { graduationError } from './errors.ts'
import {
  type Inventory,
  readGroups,
  type TargetInventory,
  takeInventory,
  takeTargetInventory,
} from './inventory.ts'
import { type Plan, planOf } from './plan.ts'
import { carryPositions, type GroupReport } from './positions.ts'
import {
  missingQuotas,
  missingRules,
  readQuotas,
  readRules,
  writeQuotas,
  writeRules,
} from './rights.ts'
import { filledConfigs, setConfigs } from './topic-configs.ts'
import {
  isCarried,
  knownConfigs,
  mapTopicFor,
  rangeOf,
  rangesOf,
  type TopicState,
} from './topics.ts'
import { until } from './until.ts'
import { writeUser } from './users.ts'

export interface GraduationOptions extends Ends {
  /** Names of topics that stay behind. */
  readonly excluded: readonly string[]
  /** What else stays behind, for the plan. */
  readonly leftBehind: Plan['leftOut']
  /** By user, as far as they are known. */
  readonly passwords: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly onCopied: (records: number, bytes: number) => void
}

/** Comparisons that are kept from one look to the next. */
export type Comparisons = Map<string, Comparison>

const comparedAtOnce = 4
const timeoutMs = 30_000

/**
 * All of one cluster, at another one. Each step can be repeated, also by another process after a
 * crash, and changes nothing at the source.
 */
export class Graduation implements AsyncDisposable {
  readonly plan: Plan
  readonly #options: GraduationOptions
  readonly #source: Inventory
  readonly #target: TargetInventory
  readonly #mapTopic: string
  readonly #maps: MapReader
  readonly #known: ReadonlySet<string>

  /** Looks at both sides. All that it makes is its own topic at the target. */
  static async open(options: GraduationOptions): Promise<Graduation> {
    const { source, target, excluded, logger, signal } = options
    const takes = (name: string) => isCarried(name) && !excluded.includes(name)
    const inventory = await takeInventory(source, takes)
    const names = new Set(inventory.topics.map(({ name }) => name))
    const there = await takeTargetInventory(target, (name) => names.has(name))
    const mapTopic = mapTopicFor(inventory.clusterId)
    await ensureOwnTopic(target, mapTopic, -1)
    await until(async () => (await target.topics([mapTopic])).every(({ error }) => !error), options)
    const maps = new MapReader(target, mapTopic, logger, signal)
    await maps.catchUp()
    const known = await knownConfigs(target, mapTopic)
    return new Graduation(options, inventory, there, { mapTopic, maps, known })
  }

  private constructor(
    options: GraduationOptions,
    source: Inventory,
    target: TargetInventory,
    own: { mapTopic: string; maps: MapReader; known: ReadonlySet<string> },
  ) {
    this.#options = options
    this.#source = source
    this.#target = target
    this.#mapTopic = own.mapTopic
    this.#maps = own.maps
    this.#known = own.known
    this.plan = planOf({
      ...{ source, target, knownConfigs: own.known },
      ...{ excluded: options.excluded, leftBehind: options.leftBehind },
      begun: new Set(Array.from(own.maps.all(), ({ topic }) => topic)),
      passwords: new Set(options.passwords.keys()),
    })
  }

  /** Makes the topics that the target lacks, as wide as here, and so that nothing is cleaned. */
  async prepare(): Promise<void> {
    const { target } = this.#options
    const { collisions } = this.plan
    if (collisions.length > 0) throw graduationError('collision', { problems: collisions })
    const present = new Map(this.#target.topics.map((topic) => [topic.name, topic]))
    const missing = this.#source.topics.filter(({ name }) => !present.has(name))
    const made = await target.createTopics(
      missing.map(({ name, ranges, configs }) => ({
        ...{ name, partitions: ranges.length, config: filledConfigs(configs, this.#known) },
      })),
    )
    for (const { error } of made) {
      if (error !== undefined && error.code !== 'topic-already-exists') throw error
    }
    const begun = this.#source.topics.filter(({ name }) => present.has(name))
    for (const { name, ranges } of begun) {
      if ((present.get(name)?.ranges.length ?? 0) < ranges.length) {
        await this.#widen(name, ranges.length)
      }
    }
    await setConfigs(
      target,
      new Map(
        begun.map(({ name, configs }) => [
          name,
          new Map(Object.entries(filledConfigs(configs, this.#known))),
        ]),
      ),
    )
    const names = this.#source.topics.map(({ name }) => name)
    await until(
      async () => (await target.topics(names)).every(({ error }) => error === undefined),
      this.#options,
    )
  }

  async openCopy(): Promise<CopyJob> {
    const { source, target, clock, signal, onCopied } = this.#options
    return await CopyJob.open({
      ...{ source, target, clock, signal, onCopied },
      ...{ mapTopic: this.#mapTopic, maps: this.#maps, topics: this.#source.topics },
    })
  }

  /** Where an offset of the source is at the target; undefined where that is not copied. */
  translate(topic: string, partition: number, offset: bigint): bigint | undefined {
    const map = this.#maps.of(topic, partition)
    const end = map?.end
    // A position behind the end means whatever comes.
    if (end !== undefined && offset > end.upstream) return end.downstream
    return map?.downstreamOf(offset)
  }

  /**
   * Compares what has been copied, behind what these comparisons have seen already; where nobody
   * writes any more, all that stands at either side.
   */
  async compare(comparisons: Comparisons, isAll: boolean): Promise<PartitionReport[]> {
    await this.#maps.catchUp()
    const { source, target } = this.#options
    const waiting = this.#source.topics.flatMap((topic) =>
      topic.ranges.map(({ partition }) => ({ topic, partition })),
    )
    const compareSome = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { topic, partition } = next
        const name = `${topic.name}/${partition}`
        const comparison = comparisons.get(name) ?? new Comparison(topic.name, partition)
        comparisons.set(name, comparison)
        const bounds = await this.#boundsOf(topic, partition, isAll)
        await comparison.advance({ source, target }, bounds, this.#options)
      }
    }
    await Promise.all(Array.from({ length: comparedAtOnce }, compareSome))
    return this.#source.topics.flatMap(({ name, ranges }) =>
      ranges.flatMap(({ partition }) => comparisons.get(`${name}/${partition}`)?.report ?? []),
    )
  }

  /** Sets the positions of all groups as they are now. */
  async carryPositions(): Promise<GroupReport[]> {
    const { source, target } = this.#options
    await this.#maps.catchUp()
    const groups = await readGroups(source)
    const names = new Set(this.#source.topics.map(({ name }) => name))
    return await carryPositions(target, groups, (topic, partition, offset) =>
      names.has(topic) ? this.translate(topic, partition, offset) : undefined,
    )
  }

  /** ACLs, quotas and users. What the target lacks afterwards, in words. */
  async carryRights(): Promise<string[]> {
    const { target, passwords, random } = this.#options
    const { quotas, users } = this.#source
    const rules = this.#target.rules === undefined ? [] : (this.#source.rules ?? [])
    await writeRules(target, rules)
    await writeQuotas(target, quotas)
    const present = new Set(this.#target.users.map(({ name }) => name))
    for (const user of users) {
      const password = passwords.get(user.name)
      if (present.has(user.name) || password === undefined) continue
      await writeUser(target, user, password, random)
    }
    let missing: string[] = []
    await until(async () => {
      missing = [
        ...missingRules(rules, (await readRules(target)) ?? []),
        ...missingQuotas(quotas, await readQuotas(target)),
      ]
      return missing.length === 0
    }, this.#options)
    return missing
  }

  /** Lets the target clean as the source does, and begins its partitions where the source begins. */
  async finish(): Promise<void> {
    const { source, target } = this.#options
    for (const { name, ranges } of this.#source.topics) {
      const [here, there] = await Promise.all([
        rangesOf(source, name, ranges.length),
        rangesOf(target, name, ranges.length),
      ])
      for (const { partition, start } of here) {
        const first = this.translate(name, partition, start) ?? 0n
        if (first > (there[partition]?.start ?? 0n))
          await target.deleteRecords(name, partition, first)
      }
    }
    await setConfigs(
      target,
      new Map(
        this.#source.topics.map(({ name, configs }) => [
          name,
          new Map([...configs].filter(([config]) => this.#known.has(config))),
        ]),
      ),
    )
  }

  /** How many partitions count otherwise at the target than here. */
  get shifted(): number {
    const all = this.#source.topics.flatMap(({ name, ranges }) =>
      ranges.map(({ partition }) => this.#maps.of(name, partition)),
    )
    return all.filter((map) => map?.end?.upstream !== map?.end?.downstream).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#maps.close()
  }

  async #boundsOf({ name, isCompacted }: TopicState, partition: number, isAll: boolean) {
    const { source, target } = this.#options
    const [here, there] = await Promise.all([
      rangeOf(source, name, partition),
      rangeOf(target, name, partition),
    ])
    const copied = this.#maps.of(name, partition)?.end
    return {
      ...{ start: here.start, isCompacted },
      end: (isAll ? here.end : copied?.upstream) ?? 0n,
      endThere: (isAll ? there.end : copied?.downstream) ?? 0n,
      downstreamOf: (upstream: bigint) => this.translate(name, partition, upstream),
    }
  }

  async #widen(name: string, count: number): Promise<void> {
    const { results } = await this.#options.target.request(CreatePartitions, {
      topics: [{ name, count, assignments: null }],
      ...{ timeoutMs, validateOnly: false },
    })
    checkAnswer(results[0]?.errorCode ?? -1, `Topic '${name}'`)
  }
}
