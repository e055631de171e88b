import { withKey } from '../event.ts'
import { formula } from './settings.ts'
import type { Formula, StepKind } from './step.ts'

export const key: StepKind<Formula> = {
  name: 'key',
  setting: formula({ about: 'Gives the record another key.', example: '"value.device"' }),
  open(spec, { expression }) {
    const keyOf = expression(spec)
    return { handle: (event, next) => next(withKey(event, keyOf(event))) }
  },
}
