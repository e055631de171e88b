/** What runs under one name: replaced in turn, while other names go their own way. */
export interface Wanted {
  /** Two that are equal need no change. */
  readonly version: string
  readonly open: () => Unit
}

/** Something that has begun with its making and ends with its closing. */
export interface Unit {
  readonly isFailed: boolean
  /** Begins anew at once. */
  restart(): void
  close(): Promise<void>
}

export class Slot {
  #wanted: Wanted | undefined
  #current: { readonly version: string; readonly unit: Unit } | undefined
  #turning: Promise<void> | undefined

  get unit(): Unit | undefined {
    return this.#current?.unit
  }

  /** Resolves when this, or what was wanted after it, runs. */
  want(wanted: Wanted | undefined): Promise<void> {
    this.#wanted = wanted
    this.#turning ??= this.#turn().finally(() => {
      this.#turning = undefined
    })
    return this.#turning
  }

  async #turn(): Promise<void> {
    while (this.#current?.version !== this.#wanted?.version) {
      if (this.#current !== undefined) {
        await this.#current.unit.close()
        this.#current = undefined
      } else if (this.#wanted !== undefined) {
        const { version, open } = this.#wanted
        this.#current = { version, unit: open() }
      }
    }
  }
}
