import { kindOf, pipelineError } from '../errors.ts'
import { formula } from './settings.ts'
import type { Formula, StepKind } from './step.ts'

export const filter: StepKind<Formula> = {
  name: 'filter',
  setting: formula({
    about: 'Lets pass what it is true for.',
    example: '"value.temperature != null"',
  }),
  open(spec, { expression }) {
    const holds = expression(spec)
    return {
      handle(event, next) {
        const result = holds(event)
        if (typeof result !== 'boolean') {
          throw pipelineError('not-true-or-false', { text: spec.text, result: kindOf(result) })
        }
        if (result) next(event)
      },
    }
  },
}
