import type { Neighbours } from './neighbours.ts'
import type { SharedCursor } from './shared-cursor.ts'
import type { SharedGroup } from './shared-group.ts'
import type { Share } from './taker.ts'
import { type Hand, placesOf } from './words.ts'

/**
 * A group whose dealer is another door. That door knows how many clients are here and what they
 * take, hands messages over, and hears which are done and which must go to others.
 */
export class Following {
  readonly #group: SharedGroup
  readonly #neighbours: Neighbours
  readonly #mostRoom: number
  /** What clients here are done with, and the dealer does not know yet. */
  readonly #finished = new Map<string, bigint[]>()
  #dealer: string | undefined
  #welcome: PromiseWithResolvers<boolean> | undefined
  #isOld = false
  #said = ''
  #telling: Promise<boolean> | undefined

  constructor(group: SharedGroup, neighbours: Neighbours, mostRoom: number) {
    this.#group = group
    this.#neighbours = neighbours
    this.#mostRoom = mostRoom
  }

  /** The door that deals, or is asked whether it does. */
  get dealer(): string | undefined {
    return this.#dealer
  }

  /** Whether somebody deals who knows of us. */
  get isWelcome(): boolean {
    return this.#dealer !== undefined && this.#welcome === undefined
  }

  /** Resolves with true when that door says that it deals and knows of our clients. */
  async ask(dealer: string, isOld: boolean): Promise<boolean> {
    const welcome = Promise.withResolvers<boolean>()
    this.#dealer = dealer
    this.#welcome = welcome
    this.#isOld = isOld
    this.attend()
    const isWelcome = await welcome.promise
    if (this.#welcome === welcome) this.#welcome = undefined
    if (!isWelcome && this.#dealer === dealer) this.#dealer = undefined
    return isWelcome
  }

  welcomed(by: string): void {
    if (by !== this.#dealer) return
    this.#isOld = true
    this.#welcome?.resolve(true)
    this.#welcome = undefined
    this.update()
    this.#tellFinished()
  }

  /** That door deals no more. */
  lose(): void {
    this.#dealer = undefined
    this.#welcome?.resolve(false)
    this.#welcome = undefined
  }

  /** Says who is here and what they have, to whoever deals. */
  attend(): void {
    this.#tellFinished()
    const attendance = this.#group.handOut.attendance(this.#mostRoom)
    this.#said = textOf(attendance)
    const holds = placesOf(this.#group.held)
    this.#neighbours
      .say({ kind: 'attend', group: this.#group.filter, ...attendance, holds, isOld: this.#isOld })
      .catch(() => this.#welcome?.resolve(false))
  }

  /** Says who is here, if that is news. */
  update(): void {
    if (!this.isWelcome) return
    if (!this.#group.handOut.isServedHere) this.#returnAll()
    const attendance = this.#group.handOut.attendance(this.#mostRoom)
    this.#tellFinished()
    if (textOf(attendance) === this.#said) return
    this.#said = textOf(attendance)
    this.#neighbours.say({ kind: 'attend', group: this.#group.filter, ...attendance }).catch(() => {
      this.#said = ''
    })
  }

  /** Nobody is here any more: whoever deals, or is asked whether it does, has to know. */
  withdraw(): void {
    const nobody = { clients: 0, room: 0 }
    if (this.#dealer === undefined || this.#said === textOf(nobody)) return
    this.#said = textOf(nobody)
    this.#neighbours.sayLater({ kind: 'attend', group: this.#group.filter, ...nobody })
  }

  /** Resolves when the dealer knows all that is done, or cannot be told. */
  async toldAll(): Promise<void> {
    while (this.#dealer !== undefined && this.#finished.size > 0) {
      this.#tellFinished()
      if (!(await this.#telling)) return
    }
    await this.#telling
  }

  /** A message for our clients. */
  handed({ topic, partition, offset, message }: Hand): void {
    const cursor = this.#group.cursor(topic, partition)
    const share = { message, cursor, offset: BigInt(offset) }
    if (cursor.isHeld(share.offset)) return
    this.#group.handOut.giveBack(share)
    this.#group.wake()
    if (!this.#group.handOut.isAttendedHere) this.#returnAll()
  }

  finished({ topic, partition }: SharedCursor, offset: bigint): void {
    const name = `${topic}/${partition}`
    const offsets = this.#finished.get(name)
    if (offsets === undefined) this.#finished.set(name, [offset])
    else offsets.push(offset)
    if (this.isWelcome) this.#tellFinished()
  }

  /** None of our clients may read it. */
  cannotRead(share: Share): void {
    this.#return([share], share.cursor.topic)
  }

  /** What the dealer was not told, for whoever deals now. */
  takeFinished(): Map<string, bigint[]> {
    const finished = new Map(this.#finished)
    this.#finished.clear()
    return finished
  }

  #returnAll(): void {
    this.#return(this.#group.handOut.takeReturned())
  }

  #return(shares: readonly Share[], unreadable?: string): void {
    const offsets = new Map<string, bigint[]>()
    for (const { cursor, offset } of shares) {
      cursor.forget(offset)
      const name = `${cursor.topic}/${cursor.partition}`
      offsets.set(name, [...(offsets.get(name) ?? []), offset])
    }
    if (offsets.size === 0) return
    const back = { kind: 'back', group: this.#group.filter, places: placesOf(offsets) } as const
    this.#neighbours.say(unreadable === undefined ? back : { ...back, unreadable }).catch(() => {
      for (const share of shares) this.#group.handOut.giveBack(share)
    })
  }

  /** One word at a time: what is done meanwhile goes into the next. */
  #tellFinished(): void {
    if (this.#telling !== undefined || this.#finished.size === 0) return
    const finished = this.takeFinished()
    const places = placesOf(finished)
    this.#telling = this.#neighbours
      .say({ kind: 'done', group: this.#group.filter, places })
      .then(() => true)
      .catch(() => {
        for (const [name, offsets] of finished) {
          this.#finished.set(name, [...offsets, ...(this.#finished.get(name) ?? [])])
        }
        return false
      })
    void this.#telling.then((isTold) => {
      this.#telling = undefined
      // What could not be said is said again when the group is looked at.
      if (isTold && this.isWelcome) this.#tellFinished()
    })
  }
}

function textOf({ clients, room }: { readonly clients: number; readonly room: number }): string {
  return `${clients} ${room}`
}
