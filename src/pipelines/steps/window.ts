import { map, optional, part, type ValueOf } from '../../base/settings.ts'
import { pipelineError } from '../errors.ts'
import { type PipelineEvent, withKey, withValue } from '../event.ts'
import { aggregate, aggregator, type Total } from './aggregate.ts'
import { eventTime, identityOf, timeSettings } from './event-time.ts'
import { duration, formula } from './settings.ts'
import type { StepKind } from './step.ts'

const setting = part('Counts and adds up what falls into the same length of time, for each key.', {
  size: duration({ about: 'The length of a window.', example: '1m' }),
  every: optional(
    duration({
      about: 'When the next one begins, if windows overlap; else at its end.',
      example: '10s',
    }),
  ),
  grace: duration({
    about: 'How much longer a window waits for events that come late.',
    example: '10s',
    fallback: 1,
  }),
  key: optional(
    formula({
      about: "What is added up by itself; else the record's key.",
      example: '"value.device"',
    }),
  ),
  ...timeSettings,
  values: map(
    { about: 'Fields of the result.', example: '{ mean: avg(value.temperature) }' },
    aggregate,
  ),
})

/** Over all windows that are open at once. */
const mostGroups = 100_000

interface Group {
  readonly key: unknown
  readonly totals: readonly Total[]
  latest: PipelineEvent
}

interface Open {
  readonly groups: Map<string, Group>
  readonly firstOffset: bigint
}

/**
 * Windows of event time. One is closed, and its result handed on, by the first event that is later
 * than its end and grace; what comes for it after that is late, and counted only.
 */
export const window: StepKind<ValueOf<typeof setting>> = {
  name: 'window',
  setting,
  open(spec, context) {
    const { size, every = size, grace } = spec
    const keyOf =
      spec.key === undefined ? ({ key }: PipelineEvent) => key : context.expression(spec.key)
    const timeOf = eventTime(spec, context)
    const names = Object.keys(spec.values)
    const aggregators = Object.values(spec.values).map((one) => aggregator(one, context))
    /** By the time at which they begin; earlier ones may come in later. */
    const open = new Map<number, Open>()
    let groupCount = 0
    let latestMs = Number.NEGATIVE_INFINITY
    /** When the earliest of them closes; most events close none. */
    let nextCloseMs = Number.POSITIVE_INFINITY

    const close = (next: (event: PipelineEvent) => void) => {
      if (latestMs < nextCloseMs) return
      const due = [...open.keys()].filter((start) => start + size + grace <= latestMs)
      for (const start of due.sort((a, b) => a - b)) {
        const { groups } = open.get(start) as Open
        open.delete(start)
        groupCount -= groups.size
        for (const { key, totals, latest } of groups.values()) {
          const values = totals.map((total, index) => [names[index], total.result()])
          const bounds = { key, window_start: new Date(start), window_end: new Date(start + size) }
          const value = { ...bounds, ...Object.fromEntries(values) }
          const result = { ...withValue(withKey(latest, key), value), timestampMs: start + size }
          try {
            next(result)
          } catch (error) {
            context.failed(result, error)
          }
        }
      }
      nextCloseMs = Math.min(...open.keys()) + size + grace
    }

    return {
      handle(event, next) {
        const timeMs = timeOf(event)
        const key = keyOf(event)
        const id = identityOf(key)
        const values = aggregators.map(({ read }) => read(event))
        latestMs = Math.max(latestMs, timeMs)
        close(next)
        let isLate = true
        for (
          let start = Math.floor(timeMs / every) * every;
          start > timeMs - size;
          start -= every
        ) {
          if (start + size + grace <= latestMs) continue
          isLate = false
          const window = open.get(start) ?? { groups: new Map(), firstOffset: event.offset }
          open.set(start, window)
          nextCloseMs = Math.min(nextCloseMs, start + size + grace)
          let group = window.groups.get(id)
          if (group === undefined) {
            if (groupCount >= mostGroups)
              throw pipelineError('too-many-groups', { most: mostGroups })
            groupCount += 1
            group = { key, latest: event, totals: aggregators.map(({ start }) => start()) }
            window.groups.set(id, group)
          }
          for (const [index, total] of group.totals.entries()) total.add(values[index])
          group.latest = event
        }
        if (isLate) context.late()
      },
      oldest() {
        let oldest: bigint | undefined
        for (const { firstOffset } of open.values()) {
          if (oldest === undefined || firstOffset < oldest) oldest = firstOffset
        }
        return oldest
      },
      note: () => (Number.isFinite(latestMs) ? latestMs : null),
      restore(note) {
        if (typeof note === 'number') latestMs = note
      },
    }
  },
}
