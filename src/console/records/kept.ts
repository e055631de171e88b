import type { SeenRecord } from './judge.ts'

/** A record that is wanted. */
export interface Found {
  readonly offset: bigint
  readonly timestamp: bigint
  readonly told: SeenRecord
}

export interface KeptLimits {
  readonly records: number
  readonly characters: number
}

/** What is kept of a window, in the order of offsets; one record always has room. */
export class Kept {
  readonly #limits: KeptLimits
  readonly #found: Found[] = []
  #characters = 0
  /** The first ones had to go. */
  isCut = false

  constructor(limits: KeptLimits) {
    this.#limits = limits
  }

  get found(): readonly Found[] {
    return this.#found
  }

  get isFull(): boolean {
    const { records, characters } = this.#limits
    return this.#found.length >= records || this.#characters >= characters
  }

  add(one: Found): void {
    this.#found.push(one)
    this.#characters += charactersOf(one.told)
  }

  /** Adds it, and lets the first ones go until there is room for all that stay. */
  addLast(one: Found): void {
    const { records, characters } = this.#limits
    this.add(one)
    while (this.#found.length > 1) {
      const isOver = this.#found.length > records || this.#characters > characters
      if (!isOver) return
      const first = this.#found.shift()
      if (first !== undefined) this.#characters -= charactersOf(first.told)
      this.isCut = true
    }
  }
}

function charactersOf({ key, value, headers }: SeenRecord): number {
  let characters = (key.value?.length ?? 0) + (value.value?.length ?? 0)
  for (const [name, seen] of headers) characters += name.length + (seen.value?.length ?? 0)
  return characters
}
