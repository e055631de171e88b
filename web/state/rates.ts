/** Live figures: one stream for whoever on the page shows them, none while nobody does. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { isAttended } from './attended.ts'
import { type Past, pastOf, type Sample } from './samples.ts'
import { findOut } from './session.ts'

const mostPast = 120
const againAfterMs = 5_000

export const latest = signal<Sample | undefined>(undefined)
export const past = signal<readonly Past[]>([])

/** leat gives none: too many listen, or it is not there. It is asked again. */
export const isRefused = signal(false)

let listeners = 0
let source: EventSource | undefined

/** Keeps the stream open as long as the caller is shown, in a tab that is looked at. */
export function useRates(): void {
  useEffect(() => {
    if (++listeners === 1) listen()
    return () => {
      if (--listeners === 0) stop()
    }
  }, [])
}

// A browser has six connections for all of its tabs.
isAttended.subscribe((attended) => {
  if (listeners === 0) return
  if (attended) listen()
  else source?.close()
})

function listen(): void {
  source?.close()
  const opened = new EventSource('/api/rates')
  source = opened
  opened.addEventListener('rates', ({ data }) => take(JSON.parse(data)))
  opened.onerror = () => {
    isRefused.value = true
    // It tries again by itself unless it was refused: then perhaps nobody is logged in any more.
    if (opened.readyState !== EventSource.CLOSED) return
    void findOut()
    setTimeout(() => {
      if (source === opened && isAttended.peek()) listen()
    }, againAfterMs)
  }
}

function stop(): void {
  source?.close()
  source = undefined
  latest.value = undefined
  past.value = []
}

function take(sample: Sample): void {
  isRefused.value = false
  latest.value = sample
  past.value = [...past.value, pastOf(sample)].slice(-mostPast)
}
