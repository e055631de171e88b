import { pause } from '../../base/clock.ts'
import { isError, isRetriable } from '../../base/errors.ts'
import type { Cluster } from './cluster.ts'
import {
  type CommittedOffset,
  GroupMembership,
  type GroupProtocol,
  type JoinedGroup,
} from './group-membership.ts'
import type { TopicPartitions } from './range-assignor.ts'
import { type Patience, retryDelayMs, retrying } from './retry.ts'

export interface GroupTimings {
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly heartbeatMs?: number
  /** How often `isOutgrown` is asked. */
  readonly metadataMaxAgeMs?: number
}

export interface GroupMemberOptions extends GroupTimings {
  readonly group: string
  readonly protocol: GroupProtocol
  /**
   * A static member (KIP-345): who comes back under the same name, after a crash too, has its share
   * at once. Two at a time throw each other out.
   */
  readonly instanceId?: string
  /**
   * Lives through one generation: it calls `beat`, which heartbeats until the generation has ended
   * (and throws how), and the next one is joined when it has come to its end.
   */
  readonly generation: (joined: JoinedGroup, beat: Beat) => Promise<void>
  /** Others may have our share by now, because the coordinator has not heard of us for too long. */
  readonly onLost?: () => Promise<void>
  /** Whether the share that we gave out as leader is out of date. */
  readonly isOutgrown?: () => Promise<boolean>
}

/** Aborting `failed` ends the generation with its reason. */
export type Beat = (failed?: AbortSignal) => Promise<void>

export interface GroupMemberParts {
  readonly cluster: Cluster
  readonly patience: Patience
  readonly lane: string
  readonly requestTimeoutMs: number
  readonly onClose: () => void
}

const defaults = {
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 60_000,
  heartbeatMs: 3000,
  metadataMaxAgeMs: 60_000,
}

/** Until it has left, a member keeps its share from the others. */
const leavingMs = 2000

/** The generation has ended, at least for this member, which joins the group again. */
const endedCodes = ['rebalance-in-progress', 'illegal-generation', 'unknown-member-id']

/** Whether an error of `commit` says that the partitions are others' now, or soon. */
export function isGenerationEnd(error: unknown): boolean {
  return endedCodes.some((code) => isError(error, code))
}

/** A member of a classic group of any protocol, from joining to leaving, over all generations. */
export class GroupMember implements AsyncDisposable {
  readonly #parts: GroupMemberParts
  readonly #options: typeof defaults & GroupMemberOptions
  readonly #membership: GroupMembership
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #again = new AbortController()
  #isJoining = false
  #heardMs: number | undefined

  constructor(parts: GroupMemberParts, options: GroupMemberOptions) {
    this.#parts = parts
    this.#options = { ...defaults, ...options }
    // Whoever leaves does not wait for a coordinator that is away.
    const signal = AbortSignal.any([this.#closing.signal, parts.patience.signal])
    const patience = { ...parts.patience, signal }
    this.#membership = new GroupMembership({ ...parts, ...this.#options, patience })
  }

  /** Resolves when the member was closed; rejects where it cannot go on. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  /** Whether our share cannot be another's yet: no coordinator forgets us sooner. */
  get isHeard(): boolean {
    const silentMs = this.#parts.patience.clock.now() - this.#membership.heardMs
    return silentMs < this.#options.sessionTimeoutMs
  }

  /** Ends the generation, so that the group is shared out anew. */
  joinAgain(): void {
    this.#again.abort()
  }

  /** Commits as a member of the present generation; see `isGenerationEnd`. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    await this.#membership.commit(offsets)
  }

  /** What the group, not only this member, has committed of these partitions. */
  async committed(of: readonly TopicPartitions[]): Promise<CommittedOffset[]> {
    return await this.#membership.committed(of)
  }

  /** Waits for the generation's end, leaves the group. */
  async close(): Promise<void> {
    this.#closing.abort()
    // A coordinator may keep a member waiting for minutes; the lost connection sets it free.
    if (this.#isJoining) this.#parts.onClose()
    // Whoever called `run` hears of its failure.
    await this.#running?.catch(() => undefined)
    this.#parts.onClose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #run(): Promise<void> {
    const { patience } = this.#parts
    const { signal } = this.#closing
    let failures = 0
    const beat: Beat = async (failed) => {
      failures = 0
      await this.#beat(failed)
    }
    while (!signal.aborted && !patience.signal.aborted) {
      try {
        await this.#options.generation(await this.#join(), beat)
      } catch (error) {
        await this.#noticeLoss(error)
        if (!isGenerationEnd(error) && !isRetriable(error)) throw error
        await pause(retryDelayMs(failures++, patience.random), { clock: patience.clock, signal })
      }
    }
    await this.#leave()
  }

  async #join(): Promise<JoinedGroup> {
    this.#isJoining = true
    this.#again = new AbortController()
    try {
      const joined = await this.#membership.join()
      this.#heardMs = this.#parts.patience.clock.now()
      return joined
    } finally {
      this.#isJoining = false
    }
  }

  /** Heartbeats until the group changes or something fails, which is thrown, or we close. */
  async #beat(failed: AbortSignal | undefined): Promise<void> {
    const { clock, signal } = this.#parts.patience
    const { heartbeatMs, metadataMaxAgeMs, isOutgrown } = this.#options
    const ends = [this.#again.signal, this.#closing.signal, signal]
    const stop = AbortSignal.any(failed === undefined ? ends : [failed, ...ends])
    let lookedMs = clock.now()
    for (;;) {
      await pause(heartbeatMs, { clock, signal: stop })
      failed?.throwIfAborted()
      if (stop.aborted) return
      try {
        await this.#membership.heartbeat()
        this.#heardMs = clock.now()
        if (isOutgrown === undefined || this.#heardMs - lookedMs < metadataMaxAgeMs) continue
        if (await isOutgrown()) return
        lookedMs = this.#heardMs
      } catch (error) {
        // A coordinator that comes back within the session's time still knows its members.
        if (!isRetriable(error) || isGenerationEnd(error) || this.#isForgotten) throw error
      }
    }
  }

  get #isForgotten(): boolean {
    const silentMs = this.#parts.patience.clock.now() - (this.#heardMs ?? Number.POSITIVE_INFINITY)
    return silentMs > this.#options.sessionTimeoutMs
  }

  async #noticeLoss(error: unknown): Promise<void> {
    const isOut = isGenerationEnd(error) && !isError(error, 'rebalance-in-progress')
    if (this.#heardMs === undefined || !(isOut || this.#isForgotten)) return
    this.#heardMs = undefined
    await this.#options.onLost?.()
  }

  /** A coordinator that stays away cannot be told; it will notice by the session timeout. */
  async #leave(): Promise<void> {
    try {
      await retrying(leavingMs, this.#parts.patience, () => this.#membership.leave())
    } catch (error) {
      if (!isRetriable(error) && !isError(error, 'unknown-member-id')) throw error
    }
  }
}
