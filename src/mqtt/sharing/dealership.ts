import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { sentence } from '../errors.ts'
import type { MqttLimits } from '../limits.ts'
import type { GroupKeeper } from '../session-keeper.ts'
import type { SessionStore } from '../session-store.ts'
import { Following } from './following.ts'
import type { Neighbours } from './neighbours.ts'
import { OtherDoors } from './other-doors.ts'
import { RollCall } from './roll-call.ts'
import type { SharedGroup } from './shared-group.ts'
import { type Places, placesOf, type Word } from './words.ts'

export interface DealershipOptions {
  /** The doors beside this one. */
  readonly side: { readonly keeper: GroupKeeper; readonly neighbours: Neighbours }
  readonly store: SessionStore
  readonly limits: MqttLimits
  readonly clock: Clock
  readonly logger: Logger
  /** The group has no clients here, and nothing to do for others. */
  readonly ended: () => void
}

const retryMs = 100

/**
 * Which door deals for a group, as this one sees it. Whoever has clients and finds no dealer, or a
 * silent one, claims to deal, and asks first who has what; the others follow it.
 */
export class Dealership {
  readonly following: Following
  readonly #group: SharedGroup
  readonly #options: DealershipOptions
  readonly #others: OtherDoors
  readonly #rollCall: RollCall
  readonly #closing = new AbortController()
  #seeking: Promise<void> | undefined
  #leaving: Promise<void> | undefined
  /** While the roll is called: what the doors that answered have. */
  #called: Map<string, Places> | undefined
  /** Whether the group is older than this search for its dealer. */
  #isEstablished = false

  constructor(group: SharedGroup, options: DealershipOptions) {
    const { side, limits, clock, logger } = options
    this.#group = group
    this.#options = options
    this.following = new Following(group, side.neighbours, limits.queuedMessages)
    this.#others = new OtherDoors(group, { neighbours: side.neighbours, limits, logger })
    this.#rollCall = new RollCall(clock, limits.doorSilenceMs)
  }

  /** Another door deals, and knows of our clients. */
  get isFollowing(): boolean {
    return this.following.isWelcome
  }

  /** Doors that wait for us, or that we wait for. */
  get reliedOn(): readonly string[] {
    if (this.#group.isDealing || this.#called !== undefined) return this.#others.names
    const { dealer } = this.following
    return dealer !== undefined && this.#isNeeded ? [dealer] : []
  }

  /** Resolves once somebody deals who knows of our clients. */
  seek(): Promise<void> {
    this.#seeking ??= this.#seek().finally(() => {
      this.#seeking = undefined
    })
    return this.#seeking
  }

  /** The log says that another door deals, or none. */
  moved(): void {
    const dealer = this.#dealer
    if (dealer === this.#self || this.#leaving !== undefined) return
    if (this.#group.isDealing) this.#group.stopDealing()
    if (dealer === undefined || dealer !== this.following.dealer) this.following.lose()
    this.#seekIfNeeded()
  }

  /** A door that we rely on is silent. */
  silent(door: string): void {
    if (this.#group.isDealing) this.#others.takeForDead(door)
    else if (this.following.dealer === door) {
      this.following.lose()
      this.#seekIfNeeded()
    }
  }

  heard(word: Exclude<Word, { kind: 'here' | 'gone' }>, by: string): void {
    switch (word.kind) {
      case 'attend':
        this.#attends(word, by)
        return
      case 'welcome':
        if (word.to !== this.#self) return
        this.#rollCall.end()
        this.following.welcomed(by)
        return
      case 'deals':
        if (this.following.dealer === by) this.following.attend()
        return
      case 'leaves':
        if (by !== this.#self) this.#rollCall.begin(word.doors, this.#self)
        return
      case 'hand':
        if (word.to === this.#self) this.following.handed(word)
        return
      case 'done':
        if (by !== this.#self && this.#group.isDealing) this.#others.done(by, word.places)
        else this.#rollCall.done(word.places)
        return
      case 'back':
        if (this.#group.isDealing) this.#others.back(by, word.places, word.unreadable)
    }
  }

  /** A dealer takes this door for dead, or another one has missed what was said. */
  gone(door: string, by: string): void {
    if (door === this.#self && this.isFollowing) this.following.attend()
    else if (door === by && this.#group.isDealing) this.#others.drop(door)
  }

  /** What others said may not have been heard. */
  missed(): void {
    if (this.#group.isDealing) void this.#leave().then(() => this.#seekIfNeeded())
    else if (this.following.dealer !== undefined) {
      this.#options.side.neighbours.sayLater({ kind: 'gone', door: this.#self })
      this.following.attend()
    }
  }

  /** Who is here has changed. */
  update(): void {
    if (this.#group.isDealing || this.#leaving !== undefined) return
    if (this.isFollowing) this.following.update()
    else if (!this.#isNeeded) this.#stopAsking()
    this.#seekIfNeeded()
  }

  /** The last of our clients is gone for good. */
  async nobodyHere(): Promise<void> {
    this.update()
    await this.following.toldAll()
    if (!this.isFollowing) this.#stopAsking()
    await this.#seeking
    await this.#leave()
    this.#seekIfNeeded()
    await this.endIfOver()
  }

  /** Once nobody is here, and nobody has anything any more, this is over. */
  async endIfOver(): Promise<void> {
    if (this.#isOver) await this.following.toldAll()
    if (!this.#isOver) return
    this.following.lose()
    this.#options.ended()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#rollCall.close()
    this.following.withdraw()
    await this.following.toldAll()
    this.following.lose()
    await this.#seeking
    await this.#leave()
  }

  get #self(): string {
    return this.#options.side.neighbours.door
  }

  get #dealer(): string | undefined {
    return this.#options.side.keeper.dealerOf(this.#group.name)
  }

  get #isOver(): boolean {
    if (this.#group.handOut.members.size > 0 || this.#group.heldCount > 0) return false
    return !this.#group.isDealing && this.#leaving === undefined && this.#seeking === undefined
  }

  /** Whether clients here take messages, or are still about those that they have. */
  get #isNeeded(): boolean {
    return this.#group.handOut.isAttendedHere || this.#group.heldCount > 0
  }

  #stopAsking(): void {
    this.following.withdraw()
    this.following.lose()
  }

  #seekIfNeeded(): void {
    const isSettled = this.#group.isDealing || this.following.dealer !== undefined
    if (!isSettled && this.#isNeeded) void this.seek()
  }

  async #seek(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await this.#leaving
      if (this.#group.isDealing || this.isFollowing) return
      try {
        if (await this.#settle()) return
      } catch (error) {
        this.#failed('It is not known yet which MQTT door deals for a group', error)
        await this.#pause()
      }
    }
    await this.#resignIfIdle().catch((error) =>
      this.#failed('A group could not be left to other MQTT doors; they find out', error),
    )
  }

  /** What was claimed is not dealt: others may. */
  async #resignIfIdle(): Promise<void> {
    if (this.#group.isDealing || this.#dealer !== this.#self) return
    await this.#options.side.keeper.resign(this.#group.name)
  }

  async #pause(): Promise<void> {
    await pause(retryMs, { clock: this.#options.clock, signal: this.#closing.signal })
  }

  /** One try; false where things have changed meanwhile. */
  async #settle(): Promise<boolean> {
    const { keeper, neighbours } = this.#options.side
    await neighbours.opened
    const dealer = this.#dealer
    const isAttended = this.#group.handOut.isAttendedHere
    if (!isAttended) await this.#resignIfIdle()
    if (!this.#isNeeded) return true
    if (isAttended && dealer === this.#self) return await this.#startDealing()
    if (dealer !== undefined && dealer !== this.#self && !neighbours.isSilent(dealer)) {
      if (await this.following.ask(dealer, this.#isEstablished)) this.#isEstablished = true
      else await this.#pause()
      return this.isFollowing
    }
    // Whoever claims next is told of what clients here have.
    if (!isAttended) return true
    await keeper.claimGroup(this.#group.name, dealer)
    return false
  }

  async #startDealing(): Promise<boolean> {
    const { keeper, neighbours } = this.#options.side
    const { name, filter } = this.#group
    const stored = keeper.find(name)
    this.#called = new Map()
    this.#rollCall.ask()
    try {
      const said = await neighbours.say({ kind: 'deals', group: filter })
      if (stored !== undefined || this.#isEstablished) {
        await neighbours.heardTo(said)
        await this.#rollCall.answers()
      }
      if (this.#dealer !== this.#self || this.#closing.signal.aborted) return false
      if (!this.#group.handOut.isAttendedHere) return false
      const isGoingOn = this.#isEstablished || keeper.isSubscribed(filter)
      const dealing = this.#group.startDealing(isGoingOn ? stored : undefined)
      for (const places of this.#rollCall.end()) this.#others.skip(places)
      this.#others.skip(placesOf(this.following.takeFinished()))
      for (const [door, holds] of this.#called) this.#others.holds(door, holds)
      await dealing
    } finally {
      this.#called = undefined
      if (!this.#group.isDealing) this.#group.stopDealing()
    }
    this.#isEstablished = true
    this.#group.update()
    await this.#group.savePositions().finally(() => {
      for (const door of this.#others.names) this.#welcome(door)
    })
    return true
  }

  #attends(word: Extract<Word, { kind: 'attend' }>, by: string): void {
    const { clients, room, holds, isOld } = word
    if (this.#group.isDealing) {
      this.#others.attends(by, word)
      if (holds !== undefined) this.#welcome(by)
    } else if (this.#called !== undefined) {
      if (isOld) this.#isEstablished = true
      this.#others.attends(by, { clients, room })
      if (holds !== undefined) this.#called.set(by, holds)
      this.#rollCall.answered(by)
    }
  }

  #welcome(to: string): void {
    this.#options.side.neighbours.sayLater({ kind: 'welcome', group: this.#group.filter, to })
  }

  /** Deals no more; whoever does next finds all that it needs in the log. */
  #leave(): Promise<void> {
    if (!this.#group.isDealing) return this.#leaving ?? Promise.resolve()
    this.#leaving ??= this.#handOver().finally(() => {
      this.#leaving = undefined
    })
    return this.#leaving
  }

  async #handOver(): Promise<void> {
    const { side, store } = this.#options
    const { name, filter, handOut } = this.#group
    this.#group.pause()
    handOut.isPaused = true
    try {
      const isOver = handOut.members.size === 0 && this.#others.size === 0
      if (isOver && !side.keeper.isSubscribed(filter)) {
        this.#group.stopDealing()
        await store.remove(name)
        return
      }
      await side.neighbours.settled()
      const isHolder = this.#group.heldCount > 0 && !this.#closing.signal.aborted
      const doors = [...this.#others.holders, ...(isHolder ? [this.#self] : [])]
      await side.neighbours.heardTo(
        await side.neighbours.say({ kind: 'leaves', group: filter, doors }),
      )
      const snapshot = this.#group.snapshot()
      this.#group.stopDealing()
      if (snapshot !== undefined) await store.save(name, snapshot)
      await side.keeper.resign(name)
    } catch (error) {
      this.#failed('A group could not be left to other MQTT doors; they find out', error)
      this.#group.stopDealing()
    } finally {
      handOut.isPaused = false
    }
  }

  #failed(what: string, error: unknown): void {
    this.#options.logger.warn(what, { group: this.#group.filter, error: sentence(error) })
  }
}
