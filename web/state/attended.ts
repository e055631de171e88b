/**
 * Whether somebody is before the page. A login ends when its user is idle, and a page that goes on
 * asking by itself would keep it for whoever comes by next.
 */
import { computed, signal } from '@preact/signals'
import { session } from './session.ts'

const unattendedAfterMs = 15 * 60_000
const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'] as const

const isHidden = signal(document.hidden)
const isLeft = signal(false)

/** Nobody has moved anything for a quarter of an hour; where nobody logs in that means nothing. */
export const isDeserted = computed(() => isLeft.value && session.value?.user != null)

/** Whether the page asks by itself: it is in sight, and somebody is there. */
export const isAttended = computed(() => !isHidden.value && !isDeserted.value)

let seenAt = Date.now()

export function watchAttention(): void {
  for (const sign of signs) {
    window.addEventListener(sign, notice, { passive: true, capture: true })
  }
  document.addEventListener('visibilitychange', () => {
    isHidden.value = document.hidden
  })
  setInterval(() => {
    if (Date.now() - seenAt >= unattendedAfterMs) isLeft.value = true
  }, 10_000)
}

function notice(): void {
  seenAt = Date.now()
  isLeft.value = false
}
