/** The figures of each second, and what follows from them. */
export interface TopicRate {
  readonly end: string
  readonly perSecond: number
}

/** What `/api/rates` says each second. */
export interface Sample {
  readonly at: number
  readonly topics: Readonly<Record<string, TopicRate>>
  readonly groups: Readonly<Record<string, string>>
  readonly process?: { readonly cpuSeconds: number; readonly residentBytes: number }
}

/** A sample that is over: of its topics the busiest are remembered. */
export interface Past {
  readonly at: number
  readonly perSecond: ReadonlyMap<string, number>
  readonly lags: ReadonlyMap<string, number>
  readonly cpuSeconds: number | undefined
}

const mostRemembered = 20

export function pastOf({ at, topics, groups, process }: Sample): Past {
  return {
    at,
    perSecond: new Map(
      busiest(topics, mostRemembered).map(([name, { perSecond }]) => [name, perSecond]),
    ),
    lags: new Map(
      Object.entries(groups)
        .map(([name, lag]): [string, number] => [name, Number(lag)])
        .sort(([, a], [, b]) => b - a)
        .slice(0, mostRemembered),
    ),
    cpuSeconds: process?.cpuSeconds,
  }
}

/** The topics that take most records, the busiest first; what is silent is not busy. */
export function busiest(
  topics: Readonly<Record<string, TopicRate>>,
  most: number,
): [string, TopicRate][] {
  return Object.entries(topics)
    .filter(([, { perSecond }]) => perSecond > 0)
    .sort(([a, one], [b, other]) => other.perSecond - one.perSecond || (a < b ? -1 : 1))
    .slice(0, most)
}

export interface Behind {
  readonly group: string
  readonly lag: number
  readonly grew: number
}

/** A group is falling behind where its lag has grown by as much as this, and never shrunk. */
const leastGrowth = 100
const leastSeconds = 20

/** The groups whose lag has only grown since the first sample; of less than twenty seconds nothing is said. */
export function fallingBehind(past: readonly Past[]): Behind[] {
  const [first, last] = [past[0], past.at(-1)]
  if (first === undefined || last === undefined) return []
  if (last.at - first.at < leastSeconds * 1000) return []
  return [...last.lags].flatMap(([group, lag]) => {
    const lags = past.flatMap(({ lags }) => lags.get(group) ?? [])
    const grew = lag - (lags[0] ?? lag)
    const never = lags.every((one, index) => one >= (lags[index - 1] ?? 0))
    return grew >= leastGrowth && never ? [{ group, lag, grew }] : []
  })
}

/** The share of one processor that leat has used since the first sample; undefined before there are two. */
export function processorShare(past: readonly Past[]): number | undefined {
  const [first, last] = [past[0], past.at(-1)]
  if (first?.cpuSeconds === undefined || last?.cpuSeconds === undefined) return undefined
  const seconds = (last.at - first.at) / 1000
  return seconds > 0 ? (last.cpuSeconds - first.cpuSeconds) / seconds : undefined
}
