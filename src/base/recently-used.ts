/** Remembers a limited number of things; what was not asked for longest goes first. */
export class RecentlyUsed<Key, Value> {
  readonly #most: number
  readonly #values = new Map<Key, Value>()
  /** It is where it belongs: to ask for one thing again and again moves nothing. */
  #newest: Key | undefined

  constructor(most: number) {
    this.#most = most
  }

  get(key: Key): Value | undefined {
    const value = this.#values.get(key)
    if (value !== undefined && key !== this.#newest) this.set(key, value)
    return value
  }

  set(key: Key, value: Value): void {
    this.#newest = key
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.#most) return
    const oldest = this.#values.keys().next()
    if (!oldest.done) this.#values.delete(oldest.value)
  }
}
