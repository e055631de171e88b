import type { Logger } from '../../base/logger.ts'
import { sentence } from '../errors.ts'
import type { MqttLimits } from '../limits.ts'
import type { Neighbours } from './neighbours.ts'
import { OtherDoor } from './other-door.ts'
import type { SharedCursor } from './shared-cursor.ts'
import type { SharedGroup } from './shared-group.ts'
import type { Share } from './taker.ts'
import type { Attendance, Places } from './words.ts'

export interface OtherDoorsOptions {
  readonly neighbours: Neighbours
  readonly limits: MqttLimits
  readonly logger: Logger
}

/** The other doors that have clients of a group, as its dealer sees them. */
export class OtherDoors {
  readonly #group: SharedGroup
  readonly #options: OtherDoorsOptions

  constructor(group: SharedGroup, options: OtherDoorsOptions) {
    this.#group = group
    this.#options = options
  }

  get size(): number {
    return this.#group.handOut.others.size
  }

  get names(): readonly string[] {
    return [...this.#group.handOut.others.keys()]
  }

  /** Doors that have messages. */
  get holders(): readonly string[] {
    return [...this.#group.handOut.others].flatMap(([name, door]) =>
      door.givenCount > 0 ? name : [],
    )
  }

  attends(name: string, attendance: Attendance): void {
    const { handOut } = this.#group
    const door = handOut.others.get(name) ?? this.#newDoor(name)
    door.attend(attendance)
    handOut.others.set(name, door)
    if (attendance.holds !== undefined) this.holds(name, attendance.holds)
    if (door.isGone) handOut.others.delete(name)
    this.#changed()
  }

  /** It has these from a former dealer. */
  holds(name: string, places: Places): void {
    const { others } = this.#group.handOut
    const door = others.get(name) ?? this.#newDoor(name)
    for (const [cursor, offset] of this.#at(places)) door.holds(cursor, offset)
    if (!door.isGone) others.set(name, door)
  }

  /** Somebody is done with these, and they are not to be given out again. */
  skip(places: Places): void {
    for (const [cursor, offset] of this.#at(places)) cursor.skip(offset)
  }

  done(name: string, places: Places): void {
    const door = this.#group.handOut.others.get(name)
    for (const [cursor, offset] of this.#at(places)) {
      const given = door?.takeOut(cursor, offset)
      if (given === undefined) cursor.doneElsewhere(offset)
      else given.cursor.done(offset)
    }
    if (door !== undefined) this.#settle(name, door)
  }

  /** It has these no more, and is not done with them. */
  back(name: string, places: Places, unreadable: string | undefined): void {
    const door = this.#group.handOut.others.get(name)
    if (door === undefined) return
    if (unreadable !== undefined) door.refuse(unreadable)
    for (const [cursor, offset] of this.#at(places)) {
      const given = door.takeOut(cursor, offset)
      if (given !== undefined) this.#group.giveToOthers(given)
    }
    this.#settle(name, door)
  }

  /** It is silent: what it had goes to others. */
  takeForDead(name: string): void {
    if (!this.#group.handOut.others.has(name)) return
    this.#options.neighbours.sayLater({ kind: 'gone', door: name })
    this.drop(name)
  }

  /** What it had goes to others. */
  drop(name: string): void {
    const { others } = this.#group.handOut
    const door = others.get(name)
    if (door === undefined) return
    others.delete(name)
    for (const given of door.takeAll()) this.#group.giveToOthers(given)
    this.#changed()
  }

  /** It has room again. */
  #settle(name: string, door: OtherDoor): void {
    if (!door.isGone) this.#group.wake()
    else {
      this.#group.handOut.others.delete(name)
      this.#changed()
    }
  }

  #changed(): void {
    this.#group.handOut.changed()
    this.#group.update()
  }

  *#at(places: Places): Iterable<[SharedCursor, bigint]> {
    for (const [name, offsets] of Object.entries(places)) {
      const slash = name.lastIndexOf('/')
      const cursor = this.#group.cursor(name.slice(0, slash), Number(name.slice(slash + 1)))
      for (const offset of offsets) yield [cursor, BigInt(offset)]
    }
  }

  #newDoor(name: string): OtherDoor {
    const { limits } = this.#options
    const door: OtherDoor = new OtherDoor(
      (share) => this.#hand(name, door, share),
      limits.queuedBytes,
    )
    return door
  }

  #hand(name: string, door: OtherDoor, { message, cursor, offset }: Share): void {
    const { neighbours, logger } = this.#options
    const { topic, partition } = cursor
    const place = { topic, partition, offset: `${offset}` }
    neighbours
      .say({ kind: 'hand', group: this.#group.filter, to: name, ...place, message })
      .catch((error) => {
        logger.warn('A message could not be handed to another MQTT door; another client gets it', {
          ...{ ...place, error: sentence(error) },
        })
        const given = door.takeOut(cursor, offset)
        if (given !== undefined) this.#group.giveToOthers(given)
      })
  }
}
