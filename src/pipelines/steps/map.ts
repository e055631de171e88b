import type { Setting } from '../../base/settings.ts'
import { withValue } from '../event.ts'
import { type FieldFormulas, fieldFormulas, fieldsOf } from './fields.ts'
import { formula } from './settings.ts'
import type { Formula, StepKind } from './step.ts'

type MapSpec = { readonly value: Formula } | { readonly fields: FieldFormulas }

const whole = formula({ about: 'The new value.', example: '"value.payload"' })
const fields = fieldFormulas('The fields of the new value.')

const setting: Setting<MapSpec> = {
  about: 'Makes a new value: fields with an expression each, or one expression for all of it.',
  example: fields.example,
  read: (raw, at, report) =>
    typeof raw === 'object'
      ? { fields: fields.read(raw, at, report) }
      : { value: whole.read(raw, at, report) },
}

export const map: StepKind<MapSpec> = {
  name: 'map',
  setting,
  open(spec, context) {
    const newValue =
      'value' in spec ? context.expression(spec.value) : fieldsOf(spec.fields, context)
    return { handle: (event, next) => next(withValue(event, newValue(event))) }
  },
}
