import { Cursor, type Subscriber } from '../cursor.ts'

/**
 * Where the group of a shared subscription is in one partition. Its messages are done in any order,
 * and one that waits for its client holds up no position: what is given out and not done is known
 * one by one.
 */
export class SharedCursor extends Cursor {
  readonly #finished: (cursor: SharedCursor, offset: bigint) => void
  /** Given to somebody here or at another door, or about to be. */
  readonly #open = new Set<bigint>()
  /** Before `#until` these alone are still to be given to somebody. */
  readonly #left = new Set<bigint>()
  /** From `#until` on these are not to be given to anybody: somebody has them. */
  readonly #taken = new Set<bigint>()
  #until = 0n

  constructor(
    owner: Subscriber,
    topic: string,
    partition: number,
    finished: (cursor: SharedCursor, offset: bigint) => void,
  ) {
    super(owner, topic, partition, undefined)
    this.#finished = finished
  }

  /** Behind all that was ever given out. */
  override get position(): bigint | undefined {
    return this.next === undefined || this.next > this.#until ? this.next : this.#until
  }

  /** What is before the position and not done. */
  get open(): readonly bigint[] {
    this.#forgetPassed()
    return [...this.#open, ...this.#left]
  }

  /** What somebody has, or is about to get. */
  get held(): readonly bigint[] {
    return [...this.#open]
  }

  get heldCount(): number {
    return this.#open.size
  }

  isHeld(offset: bigint): boolean {
    return this.#open.has(offset)
  }

  /** Reading begins here; before it, what is open alone is read again. */
  startAt(next: bigint | undefined, open: Iterable<bigint> = []): void {
    this.state = 'away'
    this.next = next
    this.#until = next ?? 0n
    this.#left.clear()
    this.#taken.clear()
    for (const offset of open) if (!this.#open.has(offset)) this.#readAgain(offset)
    for (const offset of this.#open) if (offset >= this.#until) this.#taken.add(offset)
  }

  isDue(offset: bigint): boolean {
    return offset < this.#until ? this.#left.has(offset) : !this.#taken.delete(offset)
  }

  override begin(offset: bigint): void {
    this.#open.add(offset)
    this.#left.delete(offset)
  }

  override done(offset: bigint): void {
    if (this.#open.delete(offset)) this.#finished(this, offset)
  }

  /** Somebody has it, or is done with it; false where it was given to another by now. */
  skip(offset: bigint): boolean {
    this.#forgetPassed()
    if (this.#left.delete(offset)) return true
    if (offset < (this.position ?? 0n)) return false
    this.#taken.add(offset)
    return true
  }

  /** Somebody is done with it, who had it from a former dealer. */
  doneElsewhere(offset: bigint): void {
    this.#left.delete(offset)
  }

  /** Nobody has it any more, and its reading must begin anew if it was read: says whether. */
  drop(offset: bigint): boolean {
    if (!this.#open.delete(offset) || this.#taken.delete(offset)) return false
    this.#until = this.position ?? 0n
    this.#readAgain(offset)
    return true
  }

  /** Nobody here has it: somebody else sees to it. */
  forget(offset: bigint): void {
    this.#open.delete(offset)
  }

  override rewind(offset: bigint): void {
    this.#open.clear()
    this.startAt(offset)
  }

  #readAgain(offset: bigint): void {
    this.#left.add(offset)
    if (this.next === undefined || this.next > offset) this.next = offset
  }

  /** What was still to be read may be deleted in the log. */
  #forgetPassed(): void {
    for (const offset of this.#left) if (offset < (this.next ?? 0n)) this.#left.delete(offset)
  }
}
