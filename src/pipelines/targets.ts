import type { FlowSpec, TargetSpec } from './steps/step.ts'

/** Where results go, those of branches too. */
export function allTargets({ steps, to }: FlowSpec): TargetSpec[] {
  const ofBranches = steps.flatMap(({ kind, spec }) =>
    kind.name === 'branch' ? (spec as FlowSpec[]).flatMap(allTargets) : [],
  )
  return [...to, ...ofBranches]
}

export function targetTopics(spec: FlowSpec): string[] {
  return [...new Set(allTargets(spec).map(({ topic }) => topic))]
}
