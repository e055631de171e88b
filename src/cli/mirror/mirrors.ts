/** The mirrors that a worker of connectors has, and what they tell of themselves. */
import { type ConnectRest, pathOf } from '../connectors/rest.ts'

export interface Mirror {
  /** That of the connector that copies. */
  readonly name: string
  /** What hinders its connectors, as sentences. */
  readonly failures: readonly string[]
  /** Of all its connectors and tasks the worst. */
  readonly state: string
  /** The connector of its groups, where there is one. */
  readonly checkpoints: string | undefined
}

export interface TopicsTold {
  readonly problems: readonly string[]
  readonly topics: readonly TopicTold[]
}

export interface TopicTold {
  readonly topic: string
  /** Whether the source has it. */
  readonly exists: boolean
  readonly remote: string
  readonly mirrored: boolean
  /** Whether it has the beats of a mirror; a worker of an older leat does not say. */
  readonly heartbeats?: boolean
  readonly reasons: readonly string[]
  readonly partitions: readonly PartitionTold[]
}

export interface PartitionTold {
  readonly partition: number
  readonly next: number
  readonly end: number
  readonly behindRecords: number
  readonly behindMs?: number
}

export interface GroupsTold {
  readonly problems: readonly string[]
  readonly groups: readonly GroupTold[]
}

export interface GroupTold {
  readonly group: string
  readonly exists: boolean
  readonly synced: boolean
  readonly reasons: readonly string[]
  readonly positions: readonly {
    readonly topic: string
    readonly partition: number
    readonly source?: number
    readonly target?: number
  }[]
}

interface Expanded {
  readonly status: {
    readonly connector: Part
    readonly tasks: readonly (Part & { readonly id: number })[]
  }
  readonly info: { readonly config: Readonly<Record<string, string>> }
}

interface Part {
  readonly state: string
  readonly trace?: string
}

export async function mirrorsOf(rest: ConnectRest): Promise<Mirror[]> {
  const all = Object.entries(
    await rest.ask<Record<string, Expanded>>('GET', '/connectors?expand=status&expand=info'),
  )
  const copying = all.filter(([, one]) => isA(one, 'Source'))
  return copying.map(([name, source]) => {
    const way = wayOf(source)
    const parts = all.filter(
      ([, one]) =>
        (isA(one, 'Source') || isA(one, 'Checkpoint') || isA(one, 'Schema')) && wayOf(one) === way,
    )
    return {
      ...{ name, state: worstOf(parts.flatMap(([, { status }]) => statesOf(status))) },
      failures: parts.flatMap(([part, { status }]) => failuresOf(part, status)),
      checkpoints: parts.find(([, one]) => isA(one, 'Checkpoint'))?.[0],
    }
  })
}

export async function topicsOf(
  rest: ConnectRest,
  { name }: Mirror,
  topic?: string,
): Promise<TopicsTold> {
  return await rest.ask('GET', pathOf(name, `/report${asking({ topic })}`))
}

/** A mirror without checkpoints has no groups. */
export async function groupsOf(
  rest: ConnectRest,
  { checkpoints }: Mirror,
  group?: string,
): Promise<GroupsTold> {
  if (checkpoints === undefined) return { problems: [], groups: [] }
  return await rest.ask('GET', pathOf(checkpoints, `/report${asking({ group })}`))
}

function asking(question: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(question).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

function isA({ info }: Expanded, kind: 'Source' | 'Checkpoint' | 'Schema'): boolean {
  const name = info.config['connector.class'] ?? ''
  return new RegExp(`(^|\\.)Mirror${kind}(Connector)?$`).test(name)
}

/** From where to where: the connectors of one mirror have it in common. */
function wayOf({ info: { config } }: Expanded): string {
  return JSON.stringify([
    config['source.cluster.alias'],
    config['target.cluster.alias'] ?? 'target',
  ])
}

const running = 'RUNNING'

function statesOf({ connector, tasks }: Expanded['status']): string[] {
  return [connector, ...tasks].map(({ state }) => state)
}

function worstOf(states: readonly string[]): string {
  const notRunning = states.filter((state) => state !== running)
  return notRunning.find((state) => state === 'FAILED') ?? notRunning[0] ?? running
}

function failuresOf(name: string, { connector, tasks }: Expanded['status']): string[] {
  const parts = [
    { ...connector, what: `Connector ${name}` },
    ...tasks.map((task) => ({ ...task, what: `Task ${task.id} of ${name}` })),
  ]
  return parts.flatMap(({ what, state, trace }) => {
    if (state === running) return []
    const why = trace?.split('\n')[0]
    return [`${what} is ${state}${why === undefined ? '' : `: ${why}`}.`.replace(/\.\.$/, '.')]
  })
}
