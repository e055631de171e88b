import { map as mapSetting } from '../../base/settings.ts'
import type { Evaluate } from '../../formats/cel/expression.ts'
import { kindOf, pipelineError } from '../errors.ts'
import type { PipelineEvent } from '../event.ts'
import { formula } from './settings.ts'
import type { Formula, StepContext } from './step.ts'

/** Fields and the expressions that give their values. */
export const fieldFormulas = (about: string) =>
  mapSetting(
    { about, example: '{ celsius: "(value.fahrenheit - 32) * 5 / 9" }' },
    formula({ about: 'The value of the field.', example: '"value.temperature"' }),
  )

export type FieldFormulas = Readonly<Record<string, Formula>>

/** An object of these fields for each event; `__proto__` is a field like any other. */
export function fieldsOf(
  formulas: FieldFormulas,
  { expression }: StepContext,
): (event: PipelineEvent) => Record<string, unknown> {
  const fields: [string, Evaluate][] = Object.entries(formulas).map(([name, one]) => [
    name,
    expression(one),
  ])
  return (event) => Object.fromEntries(fields.map(([name, evaluate]) => [name, evaluate(event)]))
}

/** The value as an object; throws not-an-object. */
export function objectOf(
  { value }: PipelineEvent,
  step: string,
): Readonly<Record<string, unknown>> {
  const isObject =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  if (!isObject) throw pipelineError('not-an-object', { step, found: kindOf(value) })
  return value as Readonly<Record<string, unknown>>
}
