/** Live figures: one stream for whoever on the page shows them, none while nobody does. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Past, pastOf, type Sample } from './samples.ts'
import { findOut } from './session.ts'

const mostPast = 120
const againAfterMs = 5_000

export const latest = signal<Sample | undefined>(undefined)
export const past = signal<readonly Past[]>([])

let listeners = 0
let source: EventSource | undefined

/** Keeps the stream open as long as the caller is shown. */
export function useRates(): void {
  useEffect(() => {
    if (++listeners === 1) listen()
    return () => {
      if (--listeners === 0) stop()
    }
  }, [])
}

function listen(): void {
  source = new EventSource('/api/rates')
  source.addEventListener('rates', ({ data }) => take(JSON.parse(data)))
  source.onerror = () => {
    // It tries again by itself unless it was refused: then perhaps nobody is logged in any more.
    if (source?.readyState !== EventSource.CLOSED) return
    void findOut()
    setTimeout(() => {
      if (source?.readyState === EventSource.CLOSED && listeners > 0) listen()
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
  latest.value = sample
  past.value = [...past.value, pastOf(sample)].slice(-mostPast)
}
