import type { Principal } from '../../access/principal.ts'
import { entityKey, type Quota, type QuotaEntity, type QuotaKey } from '../../access/quota.ts'
import type { Clock } from '../../base/clock.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import { type ClusterState, clusterEntry } from '../cluster-state.ts'
import { brokerError } from '../errors.ts'
import type { BrokerSettings } from '../settings.ts'
import type { StateTopic } from '../state-topic.ts'
import { type Limit, QuotaTable } from './quota-table.ts'
import { Rate, type Windows } from './rate.ts'
import { TokenBucket } from './token-bucket.ts'

/** Whose quota counts. */
export interface QuotaClient {
  readonly principal: Principal
  readonly clientId: string | null
}

/** The measured kinds of quotas of clients. */
type RateKey = Exclude<QuotaKey, 'controller_mutation_rate' | 'connection_creation_rate'>

export interface QuotaChange {
  readonly entity: QuotaEntity
  /** Null takes the value away. */
  readonly values: { readonly [Key in QuotaKey]?: number | null }
}

/** How many clients are measured; who was silent longest is forgotten first. */
const mostMeters = 10_000

/**
 * How much clients may do in a time. Who does more is told how long to wait, and is not heard for
 * so long. Where nobody has a quota of a kind, nothing is measured.
 */
export class Quotas {
  readonly #table: QuotaTable
  readonly #state: ClusterState
  readonly #stateTopic: StateTopic
  readonly #settings: BrokerSettings
  readonly #clock: Clock
  readonly #windows: Windows
  readonly #mutationWindows: Windows
  readonly #rates = new RecentlyUsed<string, Rate>(mostMeters)
  readonly #buckets = new RecentlyUsed<string, TokenBucket>(mostMeters)
  /** Changes happen one after the other. */
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(
    declared: readonly Quota[],
    parts: { state: ClusterState; stateTopic: StateTopic; settings: BrokerSettings; clock: Clock },
  ) {
    this.#state = parts.state
    this.#stateTopic = parts.stateTopic
    this.#settings = parts.settings
    this.#clock = parts.clock
    this.#table = new QuotaTable(declared, parts.state.quotas)
    this.#windows = this.#windowsOf('quota.window.num', 'quota.window.size.seconds')
    this.#mutationWindows = this.#windowsOf(
      'controller.quota.window.num',
      'controller.quota.window.size.seconds',
    )
  }

  all(): Quota[] {
    return this.#table.all()
  }

  /** On disk when it resolves. */
  async alter(changes: readonly QuotaChange[]): Promise<void> {
    const change = async () => {
      const entries = changes.map(({ entity, values }) => {
        const name = entityKey(entity)
        const before = this.#state.quotas.get(name)?.values ?? {}
        const after = Object.entries({ ...before, ...values }).filter(([, value]) => value !== null)
        const isGone = after.length === 0
        return clusterEntry(
          'quota',
          name,
          isGone ? null : { entity, values: Object.fromEntries(after) },
        )
      })
      this.#checkRoomFor(changes)
      await this.#stateTopic.put(entries)
      this.#table.changed()
    }
    const result = this.#lastChange.then(change)
    this.#lastChange = result.catch(() => {}) // Whoever asked for the change hears of it.
    return await result
  }

  limits(key: QuotaKey): boolean {
    return this.#table.limits(key)
  }

  /** Counts what a client did; how long it must wait therefore. */
  record(key: RateKey, client: QuotaClient, value: number): number {
    const limit = this.#limitOf(key, client)
    if (limit === undefined) return 0
    const nowMs = this.#clock.now()
    const rate = this.#rateOf(limit)
    rate.record(value, nowMs)
    const throttleMs = rate.throttleMs(limit.perSecond, nowMs)
    return key === 'request_percentage' ? Math.min(throttleMs, this.#windows.ms) : throttleMs
  }

  /** What was counted did not happen. */
  takeBack(key: RateKey, client: QuotaClient, value: number): void {
    const limit = this.#limitOf(key, client)
    if (limit !== undefined) this.#rateOf(limit).record(-value, this.#clock.now())
  }

  /** How much is possible at once without being throttled for ever after. */
  mostAtOnce(key: RateKey, client: QuotaClient): number {
    const limit = this.#limitOf(key, client)
    if (limit === undefined) return Number.POSITIVE_INFINITY
    const { count, ms } = this.#windows
    return (limit.perSecond * (count - 1) * ms) / 1000
  }

  /**
   * Counts changes of partitions. A strict client that owes some is refused and told how long to
   * wait, others wait afterwards.
   */
  mutate(client: QuotaClient, count: number, strict: boolean): { throttleMs: number; ok: boolean } {
    const limit = this.#limitOf('controller_mutation_rate', client)
    if (limit === undefined) return { throttleMs: 0, ok: true }
    const nowMs = this.#clock.now()
    const bucket = this.#bucketOf(limit)
    const owedMs = bucket.throttleMs(limit.perSecond, nowMs)
    if (strict && owedMs > 0) return { throttleMs: owedMs, ok: false }
    bucket.take(count, limit.perSecond, nowMs)
    return { throttleMs: strict ? 0 : bucket.throttleMs(limit.perSecond, nowMs), ok: true }
  }

  /** Counts a new connection; above 0 it may not be, and counts for nothing. */
  connect(ip: string): number {
    if (!this.limits('connection_creation_rate')) return 0
    const limit = this.#table.ofAddress(ip)
    if (limit === undefined) return 0
    const nowMs = this.#clock.now()
    const rate = this.#rateOf(limit)
    rate.record(1, nowMs)
    const throttleMs = rate.throttleMs(limit.perSecond, nowMs)
    if (throttleMs > 0) rate.record(-1, nowMs)
    return throttleMs
  }

  #checkRoomFor(changes: readonly QuotaChange[]): void {
    const limit = this.#settings.number('leat.max.quotas')
    const added = changes.filter(({ entity }) => !this.#state.quotas.has(entityKey(entity)))
    if (this.#state.quotas.size + added.length > limit) {
      throw brokerError('too-many-quotas', { limit })
    }
  }

  #limitOf(key: QuotaKey, { principal, clientId }: QuotaClient): Limit | undefined {
    // The parts of leat itself are no users.
    if (!this.limits(key) || principal.type !== 'User') return undefined
    return this.#table.ofClient(key, principal.name, clientId ?? '')
  }

  #rateOf({ sharedBy }: Limit): Rate {
    return meterOf(this.#rates, sharedBy, () => new Rate(this.#windows))
  }

  #bucketOf({ sharedBy }: Limit): TokenBucket {
    return meterOf(this.#buckets, sharedBy, () => new TokenBucket(this.#mutationWindows))
  }

  #windowsOf(
    count: 'quota.window.num' | 'controller.quota.window.num',
    seconds: 'quota.window.size.seconds' | 'controller.quota.window.size.seconds',
  ): Windows {
    return {
      count: this.#settings.number(count),
      ms: this.#settings.number(seconds) * 1000,
    }
  }
}

function meterOf<Meter>(meters: RecentlyUsed<string, Meter>, name: string, make: () => Meter) {
  const known = meters.get(name)
  if (known !== undefined) return known
  const meter = make()
  meters.set(name, meter)
  return meter
}
