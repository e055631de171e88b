import { isError } from '../base/errors.ts'
import type { Problem } from '../base/settings.ts'
import { type Evaluate, parseExpression } from './expression.ts'
import { openFlow } from './flow.ts'
import type { PipelineSpec } from './spec.ts'
import type { Formula } from './steps/step.ts'

/** Each expression is parsed once, however many partitions use it. */
export function formulaParser(): (formula: Formula) => Evaluate {
  const parsed = new Map<string, Evaluate>()
  return ({ text }) => {
    const known = parsed.get(text)
    if (known !== undefined) return known
    const evaluate = parseExpression(text)
    parsed.set(text, evaluate)
    return evaluate
  }
}

const nothing = () => undefined

/** What is wrong with the expressions of pipelines, with the places in the file. */
export function pipelineProblems(pipelines: Readonly<Record<string, PipelineSpec>>): Problem[] {
  const problems: Problem[] = []
  const expression = ({ text, at }: Formula): Evaluate => {
    try {
      return parseExpression(text)
    } catch (error) {
      if (!isError(error, 'wrong-expression')) throw error
      problems.push({ at, says: error.message })
      return nothing
    }
  }
  for (const [name, spec] of Object.entries(pipelines)) {
    openFlow(spec, { expression, emit: nothing, late: nothing, failed: nothing })
    if (!hasTarget(spec)) {
      const says = `'${name}' has no target; write 'to: TOPIC'.`
      problems.push({ at: ['pipelines', name], says, isKey: true })
    }
  }
  return problems
}

/** Topics that the pipeline writes, those of branches too. */
export function targetTopics({ steps, to }: Pick<PipelineSpec, 'steps' | 'to'>): string[] {
  const ofBranches = steps.flatMap(({ kind, spec }) =>
    kind.name === 'branch' ? (spec as PipelineSpec[]).flatMap(targetTopics) : [],
  )
  return [...new Set([...to.map(({ topic }) => topic), ...ofBranches])]
}

function hasTarget(spec: PipelineSpec): boolean {
  return targetTopics(spec).length > 0
}
