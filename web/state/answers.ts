import { useCallback, useEffect, useState } from 'preact/hooks'
import { ask } from './api.ts'
import { isAttended } from './attended.ts'
import { type Problem, problemOf } from './problem.ts'

export interface Answer<Data> {
  readonly data: Data | undefined
  readonly problem: Problem | undefined
  reload(): void
}

interface Known<Data> {
  readonly path: string | undefined
  readonly data?: Data
  readonly problem?: Problem
}

/** How long until it is asked again; what is much to tell is asked for less often. */
type Pace<Data> = number | ((data: Data | undefined) => number)

/**
 * What leat answers to a GET, again after a while as long as somebody looks. What it answered before
 * stays until the next answer, beside the problem if there is one. Without a path nothing is asked.
 */
export function useAnswer<Data>(path: string | undefined, pace?: Pace<Data>): Answer<Data> {
  const [known, setKnown] = useState<Known<Data>>({ path })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (path === undefined) return
    const leaving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let latest: Data | undefined
    const again = () => {
      if (pace === undefined || leaving.signal.aborted) return
      timer = setTimeout(look, typeof pace === 'number' ? pace : pace(latest))
    }
    let isFirst = true
    const look = async () => {
      if (!isFirst && !isAttended.peek()) return again()
      isFirst = false
      try {
        const data = await ask<Data>('GET', path, undefined, leaving.signal)
        latest = data
        setKnown({ path, data })
      } catch (error) {
        if (leaving.signal.aborted) return
        const problem = problemOf(error)
        setKnown((before) => ({ ...(before.path === path && before), path, problem }))
      }
      again()
    }
    void look()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [path, pace, turn])
  const reload = useCallback(() => setTurn((before) => before + 1), [])
  const isOfThis = known.path === path
  return {
    data: isOfThis ? known.data : undefined,
    problem: isOfThis ? known.problem : undefined,
    reload,
  }
}
