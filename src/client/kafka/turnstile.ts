/** Those who must wait for a while go on in the order in which they came. */
export class Turnstile {
  readonly #most: number
  #waiting: (() => void)[] | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Whether who comes now has to wait. */
  get isShut(): boolean {
    return this.#waiting !== undefined
  }

  /** False where too many wait already. */
  queue(enter: () => void): boolean {
    if (this.#waiting === undefined || this.#waiting.length >= this.#most) return false
    this.#waiting.push(enter)
    return true
  }

  shut(): void {
    this.#waiting ??= []
  }

  open(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const enter of waiting) enter()
  }
}
