import { list, text } from '../../base/settings.ts'
import { withValue } from '../event.ts'
import { objectOf } from './fields.ts'
import type { StepKind } from './step.ts'

export const drop: StepKind<readonly string[]> = {
  name: 'drop',
  setting: list(
    { about: 'Takes fields out of the value.', example: '[ password ]' },
    text({ about: 'The name of a field.', example: 'password' }),
  ),
  open(spec) {
    const dropped = new Set(spec)
    return {
      handle(event, next) {
        const kept = Object.entries(objectOf(event, 'drop')).filter(([name]) => !dropped.has(name))
        next(withValue(event, Object.fromEntries(kept)))
      },
    }
  },
}
