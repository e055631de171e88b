import { placeName } from '../stored-session.ts'
import type { SharedCursor } from './shared-cursor.ts'
import type { Share, Taker } from './taker.ts'
import type { Attendance } from './words.ts'

/** What a door has of us: a message, or a place in the log whose message a former dealer gave. */
export type Given = Pick<Share, 'cursor' | 'offset'> & Partial<Share>

/** Another door that has clients of the group, as the dealer sees it. */
export class OtherDoor implements Taker {
  readonly #hand: (share: Share) => void
  readonly #mostBytes: number
  readonly #given = new Map<string, Given>()
  readonly #unreadable = new Set<string>()
  #givenBytes = 0
  #attendance: Attendance = { clients: 0, room: 0 }

  constructor(hand: (share: Share) => void, mostBytes: number) {
    this.#hand = hand
    this.#mostBytes = mostBytes
  }

  get clients(): number {
    return this.#attendance.clients
  }

  /** Neither clients nor messages. */
  get isGone(): boolean {
    return this.clients === 0 && this.#given.size === 0
  }

  get givenCount(): number {
    return this.#given.size
  }

  get isIdle(): boolean {
    return this.hasRoom()
  }

  hasRoom(): boolean {
    return this.#given.size < this.#attendance.room && this.#givenBytes < this.#mostBytes
  }

  attend(attendance: Attendance): void {
    this.#attendance = attendance
    this.#unreadable.clear()
  }

  mayRead(kafkaTopic: string): boolean {
    return !this.#unreadable.has(kafkaTopic)
  }

  /** None of its clients may read this topic. */
  refuse(kafkaTopic: string): void {
    this.#unreadable.add(kafkaTopic)
  }

  take(share: Share): void {
    share.cursor.begin(share.offset)
    this.#set(share)
    this.#hand(share)
  }

  /** It has a message that a former dealer gave. */
  holds(cursor: SharedCursor, offset: bigint): void {
    if (cursor.isHeld(offset) || !cursor.skip(offset)) return
    cursor.begin(offset)
    this.#set({ cursor, offset })
  }

  /** Undefined where it has no such message. */
  takeOut(cursor: SharedCursor, offset: bigint): Given | undefined {
    const place = placeName(cursor.topic, cursor.partition, offset)
    const given = this.#given.get(place)
    if (given === undefined) return undefined
    this.#given.delete(place)
    this.#givenBytes -= bytesOf(given)
    return given
  }

  takeAll(): Given[] {
    const all = [...this.#given.values()]
    this.#given.clear()
    this.#givenBytes = 0
    return all
  }

  #set(given: Given): void {
    this.#given.set(placeName(given.cursor.topic, given.cursor.partition, given.offset), given)
    this.#givenBytes += bytesOf(given)
  }
}

const bytesOf = ({ message }: Given) => message?.payload.length ?? 0
