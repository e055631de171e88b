import { isError } from '../base/errors.ts'
import type { Problem } from '../base/settings.ts'
import { type Evaluate, parseExpression } from '../formats/cel/expression.ts'
import { openFlow } from './flow.ts'
import { sinkProblems } from './sinks.ts'
import type { PipelineSpec } from './spec.ts'
import type { Formula } from './steps/step.ts'
import { allTargets } from './targets.ts'

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
    for (const says of sinkProblems(spec)) {
      problems.push({ at: ['pipelines', name], says, isKey: true })
    }
  }
  return problems
}

function hasTarget(spec: PipelineSpec): boolean {
  return allTargets(spec).length > 0
}
