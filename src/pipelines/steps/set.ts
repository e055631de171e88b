import { withValue } from '../event.ts'
import { type FieldFormulas, fieldFormulas, fieldsOf, objectOf } from './fields.ts'
import type { StepKind } from './step.ts'

export const set: StepKind<FieldFormulas> = {
  name: 'set',
  setting: fieldFormulas('Adds fields or gives them another value; the others stay.'),
  open(spec, context) {
    const added = fieldsOf(spec, context)
    return {
      handle: (event, next) =>
        next(withValue(event, { ...objectOf(event, 'set'), ...added(event) })),
    }
  },
}
