/**
 * Numbers that operators watch. The hot paths count in plain fields; a room registers a function
 * that reads them when somebody asks, so that measuring costs nothing in between.
 */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  /** A name by Prometheus' conventions: `leat_…_total`, `…_bytes`, `…_seconds`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly read: () => readonly Sample[]
}

export class Metrics {
  readonly #families = new Map<string, Family>()

  add(family: Family): void {
    this.#families.set(family.name, family)
  }

  counter(name: string, help: string, read: () => number): void {
    this.add({ name, help, type: 'counter', read: () => [{ value: read() }] })
  }

  gauge(name: string, help: string, read: () => number): void {
    this.add({ name, help, type: 'gauge', read: () => [{ value: read() }] })
  }

  families(): readonly Family[] {
    return [...this.#families.values()]
  }
}
