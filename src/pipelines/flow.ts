import type { Evaluate } from '../formats/cel/expression.ts'
import type { PipelineEvent } from './event.ts'
import type { Flow, FlowSpec, Formula, Note, TargetSpec } from './steps/step.ts'

export interface FlowContext {
  readonly expression: (formula: Formula) => Evaluate
  /** An event has come to the end of a branch. */
  readonly emit: (target: TargetSpec, event: PipelineEvent) => void
  readonly late: () => void
  readonly failed: (event: PipelineEvent, error: unknown) => void
}

/** The steps and targets of one partition: what they remember is that partition's alone. */
export function openFlow(spec: FlowSpec, context: FlowContext): Flow {
  const steps = spec.steps.map(({ kind, spec }) =>
    kind.open(spec, {
      expression: context.expression,
      late: context.late,
      failed: context.failed,
      flow: (inner) => openFlow(inner, context),
    }),
  )
  const end = (event: PipelineEvent) => {
    for (const target of spec.to) context.emit(target, event)
  }
  const handle = steps.reduceRight<(event: PipelineEvent) => void>(
    (next, step) => (event) => step.handle(event, next),
    end,
  )
  return {
    handle,
    oldest: () => leastOf(steps.map((step) => step.oldest?.())),
    note: () => steps.map((step) => step.note?.() ?? null),
    restore(notes: Note) {
      if (!Array.isArray(notes)) return
      for (const [index, step] of steps.entries()) step.restore?.(notes[index] ?? null)
    },
  }
}

/** The least of the offsets that there are. */
export function leastOf(offsets: readonly (bigint | undefined)[]): bigint | undefined {
  let least: bigint | undefined
  for (const offset of offsets) {
    if (offset !== undefined && (least === undefined || offset < least)) least = offset
  }
  return least
}
