import { useState } from 'preact/hooks'
import { type Problem, problemOf } from './problem.ts'

export interface Deed {
  readonly isBusy: boolean
  readonly problem: Problem | undefined
  /** Does it unless it is being done; resolves to whether it went well. */
  run(act: () => Promise<unknown>): Promise<boolean>
}

/** Something that changes leat: one at a time, and what went wrong is kept to be shown. */
export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const run = async (act: () => Promise<unknown>) => {
    if (isBusy) return false
    setBusy(true)
    setProblem(undefined)
    try {
      await act()
      return true
    } catch (error) {
      setProblem(problemOf(error))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, problem, run }
}
