import { parse } from 'yaml'
import type { Problem } from '../../base/settings.ts'
import { type PipelineSpec, pipelineSetting } from '../spec.ts'

/** A pipeline as it stands in leat.yml; throws what is wrong with it. */
export function readSpec(yaml: string): PipelineSpec {
  const problems: Problem[] = []
  const spec = pipelineSetting.read(parse(yaml), ['pipelines', 'p'], (one) => problems.push(one))
  if (problems.length > 0) throw new Error(problems.map(({ says }) => says).join('\n'))
  return spec
}
