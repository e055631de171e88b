/** Tells whether two of two sides belong together, by their numbers. */
export type Fits = (one: number, partner: number) => boolean

/**
 * Whether each of a few finds a partner of its own among the many (Kuhn's algorithm). It asks as
 * little as it can: first of the partner that is `likely`, then of those that are free, and of no
 * more once somebody has found none.
 */
export function allFindPartners(
  few: number,
  many: number,
  likely: (one: number) => number,
  fits: Fits,
): boolean {
  const takenBy = new Map<number, number>()

  const finds = (one: number, tried: Set<number>): boolean => {
    const order = likelyFirst(likely(one), many)
    const isFree = (partner: number) => !takenBy.has(partner) && fits(one, partner)
    const isSetFree = (partner: number) => {
      const rival = takenBy.get(partner)
      if (rival === undefined || tried.has(partner) || !fits(one, partner)) return false
      tried.add(partner)
      return finds(rival, tried)
    }
    const partner = order.find(isFree) ?? order.find(isSetFree)
    if (partner === undefined) return false
    takenBy.set(partner, one)
    return true
  }

  return Array.from({ length: few }, (_, one) => one).every((one) => finds(one, new Set()))
}

function likelyFirst(likely: number, many: number): number[] {
  const all = Array.from({ length: many }, (_, partner) => partner)
  return likely < many ? [likely, ...all.toSpliced(likely, 1)] : all
}
