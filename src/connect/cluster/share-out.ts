/** Which worker runs what: evenly, and with as few moves as that allows. */
export interface WorkerLoad {
  readonly id: string
  /** What it runs now. */
  readonly running: readonly string[]
}

export interface Shares {
  readonly of: ReadonlyMap<string, readonly string[]>
  /** What a worker has to stop before another one may begin it: the next round gives it away. */
  readonly inTransit: readonly string[]
}

export function shareOut(units: readonly string[], workers: readonly WorkerLoad[]): Shares {
  const owners = ownersOf(units, workers)
  const shares = new Map(workers.map(({ id }) => [id, [] as string[]]))
  for (const [unit, id] of owners) shares.get(id)?.push(unit)

  const isRunning = new Set(workers.flatMap(({ running }) => running))
  const inTransit = trim(shares, units.length)
  for (const unit of units) {
    if (owners.has(unit) || isRunning.has(unit)) continue
    leastLoaded(shares).push(unit)
  }
  return { of: shares, inTransit }
}

/** Each unit stays where it runs; of two that run it, the first keeps it. */
function ownersOf(units: readonly string[], workers: readonly WorkerLoad[]): Map<string, string> {
  const wanted = new Set(units)
  const owners = new Map<string, string>()
  for (const { id, running } of workers) {
    for (const unit of running) {
      if (wanted.has(unit) && !owners.has(unit)) owners.set(unit, id)
    }
  }
  return owners
}

/** Takes from each worker what is above its even part; those with most may keep one more. */
function trim(shares: ReadonlyMap<string, string[]>, count: number): string[] {
  const each = Math.floor(count / shares.size)
  let more = count % shares.size
  const taken: string[] = []
  for (const share of [...shares.values()].sort((one, other) => other.length - one.length)) {
    const most = more > 0 ? each + 1 : each
    if (share.length >= most) more -= 1
    taken.push(...share.splice(most))
  }
  return taken
}

function leastLoaded(shares: ReadonlyMap<string, string[]>): string[] {
  let least: string[] | undefined
  for (const share of shares.values()) {
    if (least === undefined || share.length < least.length) least = share
  }
  return least ?? []
}
