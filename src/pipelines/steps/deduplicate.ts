import { part, type ValueOf } from '../../base/settings.ts'
import { eventTime, identityOf, timeSettings } from './event-time.ts'
import { duration, formula } from './settings.ts'
import type { StepKind } from './step.ts'

const setting = part('Lets pass the first of the events that say the same, and drops the others.', {
  by: formula({ about: 'What makes two events the same.', example: '"value.id"' }),
  within: duration({ about: 'How long an event is remembered.', example: '10m' }),
  ...timeSettings,
})

/** Beyond this the oldest are forgotten. */
const mostRemembered = 1_000_000

export const deduplicate: StepKind<ValueOf<typeof setting>> = {
  name: 'deduplicate',
  setting,
  open(spec, context) {
    const by = context.expression(spec.by)
    const timeOf = eventTime(spec, context)
    /** In the order in which they came, oldest first. */
    const remembered = new Map<string, { readonly timeMs: number; readonly offset: bigint }>()
    let latestMs = Number.NEGATIVE_INFINITY
    const forget = () => {
      for (const [id, { timeMs }] of remembered) {
        if (timeMs > latestMs - spec.within && remembered.size <= mostRemembered) break
        remembered.delete(id)
      }
    }
    return {
      handle(event, next) {
        const timeMs = timeOf(event)
        const id = identityOf(by(event))
        latestMs = Math.max(latestMs, timeMs)
        forget()
        const known = remembered.get(id)
        if (known !== undefined && Math.abs(timeMs - known.timeMs) < spec.within) return
        remembered.delete(id)
        remembered.set(id, { timeMs, offset: event.offset })
        next(event)
      },
      oldest: () => remembered.values().next().value?.offset,
    }
  },
}
