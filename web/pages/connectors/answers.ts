/** What Connect's REST says of connectors (Kafka Connect's own shapes). */
export interface Worked {
  readonly state: string
  readonly worker_id: string
  readonly trace?: string
}

export interface Status {
  readonly name: string
  readonly type: string
  readonly connector: Worked
  readonly tasks: readonly (Worked & { readonly id: number })[]
}

/** What Connect has measured, of all tasks together. */
export interface Figures {
  readonly total: {
    readonly read: number
    readonly written: number
    readonly failed: number
    readonly recordsPerSecond: number
  }
  /** Of sinks: records of their topics that they have not put yet. */
  readonly lag?: number
}

export type Config = Readonly<Record<string, string | null>>

export type Connectors = Readonly<
  Record<string, { readonly status?: Status; readonly info?: { readonly config: Config } }>
>

export interface Failure {
  readonly connector: string
  readonly what: string
  readonly why: string
}

/** Connectors and tasks that have failed, each with the first line of why. */
export function failuresIn(connectors: Connectors): Failure[] {
  return Object.entries(connectors).flatMap(([connector, { status }]) => {
    if (status === undefined) return []
    const workers = [
      { what: 'failed', ...status.connector },
      ...status.tasks.map((task) => ({ what: `task ${task.id} failed`, ...task })),
    ]
    return workers
      .filter(({ state }) => state === 'FAILED')
      .map(({ what, trace }) => ({ connector, what, why: firstLine(trace) }))
  })
}

function firstLine(trace = ''): string {
  return trace.split('\n')[0] ?? ''
}
