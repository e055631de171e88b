import { atMost } from '../../base/clock.ts'
import type { ReportContext } from '../../connect/kit/index.ts'
import type { Clusters } from './clusters.ts'

/** A cluster that has not answered by then counts as away. */
const longestMs = 8000

/** Which of the two clusters does not answer, and why, as sentences. */
export async function unanswered(
  clusters: Clusters,
  names: { readonly source: string; readonly target: string },
  { clock }: ReportContext,
): Promise<string[]> {
  const problems = await Promise.all(
    (['source', 'target'] as const).map(async (end) => {
      const failures: string[] = []
      const asking = clusters[end].topics([]).catch((error: unknown) => {
        failures.push(error instanceof Error ? error.message : String(error))
      })
      const answered = await atMost(clock, longestMs, asking)
      const why = answered ? failures[0] : `no answer within ${longestMs / 1000} seconds.`
      return why === undefined ? [] : [`The ${end}, ${names[end]}, cannot be reached: ${why}`]
    }),
  )
  return problems.flat()
}
