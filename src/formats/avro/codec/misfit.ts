/** A value that does not fit its type; whoever holds the value says where, from the inside out. */
export class Misfit extends Error {
  readonly expected: string
  readonly given: string
  #where = ''

  constructor(expected: string, value: unknown) {
    super()
    this.expected = expected
    this.given = shown(value)
  }

  /** `reading.values[2].power` */
  get where(): string {
    return this.#where.replace(/^\./, '')
  }

  within(step: string): this {
    this.#where = step + this.#where
    return this
  }
}

const mostShownCharacters = 60

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return `${value}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value.slice(0, mostShownCharacters))
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return typeof value === 'function' ? 'a function' : 'an object'
}
