import { useEffect, useRef } from 'preact/hooks'
import { problemOf } from '../state/problem.ts'
import type { Drawing, Line } from './drawing.ts'

interface ChartProps {
  /** What is to be seen, for those who do not see it. */
  readonly label: string
  /** Milliseconds. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
}

/** Lines over time. What draws them is loaded with the first chart, and draws anew when other colours are wanted. */
export function Chart({ label, times, lines }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing>(undefined)
  const newest = useRef({ times, lines })
  newest.current = { times, lines }
  useEffect(() => {
    const element = place.current
    if (element === null) return
    let isGone = false
    import('./drawing.ts').then(
      ({ Drawing }) => {
        if (isGone) return
        drawing.current = new Drawing(element)
        drawing.current.show(newest.current.times, newest.current.lines)
      },
      (error: unknown) => {
        element.textContent = problemOf(error).message
      },
    )
    return () => {
      isGone = true
      drawing.current?.close()
    }
  }, [])
  useEffect(() => drawing.current?.show(times, lines))
  return <div class="chart" role="img" aria-label={label} ref={place} />
}
