import { useEffect, useRef, useState } from 'preact/hooks'

/** Below so many rows all of them are made: then the browser's own search finds each. */
const mostWhole = 200
/** Of a row in pixels, as the style sheet says (`--row`). */
const rowHeight = 37
/** Rows that are made though they are out of sight, above and below. */
const beyondSight = 20

/** Which of `count` rows are in sight while the page scrolls, and how high those above and below are. */
export function useWindow(count: number, wantsWhole = false) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [sight, setSight] = useState({ first: 0, last: beyondSight * 3 })
  const isWhole = wantsWhole || count <= mostWhole
  useEffect(() => {
    if (isWhole) return
    const look = () => {
      const above = -(body.current?.getBoundingClientRect().top ?? 0)
      const next = rowsInSight(above, window.innerHeight)
      setSight((before) => (before.first === next.first ? before : next))
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [isWhole])
  if (isWhole) return { body, first: 0, last: count, above: 0, below: 0 }
  const last = Math.min(count, sight.last)
  const first = Math.max(0, Math.min(sight.first, last - beyondSight))
  return { body, first, last, above: first * rowHeight, below: (count - last) * rowHeight }
}

/** The rows of a table that has scrolled so many pixels above a window of this height; in steps, so that few are made anew. */
export function rowsInSight(above: number, height: number): { first: number; last: number } {
  const step = Math.floor(Math.max(0, above) / rowHeight / beyondSight)
  const inSight = Math.ceil(height / rowHeight)
  return {
    first: Math.max(0, (step - 1) * beyondSight),
    last: (step + 2) * beyondSight + inSight,
  }
}
