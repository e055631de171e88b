/**
 * Records of topics, step by step, into other topics: filtered, changed, counted in windows.
 *
 * A pipeline is a member of a group of its own. It promises that the position of the group moves
 * only after every result of a record is acknowledged, that a record which a step refuses goes to
 * the errors with the reason and stops nothing, and that windows survive a restart: they come back
 * by reading again what they had counted.
 *
 * It keeps no state but committed offsets, writes at least once, and leaves databases and files to
 * connectors, which read its topics; a target may say which (`sinks.ts`), and others run them.
 */

export { runExamples } from './examples.ts'
export { pipelineProblems } from './formula-parser.ts'
export { Pipelines, type PipelinesOptions } from './pipelines.ts'
export { type Preview, preview } from './preview.ts'
export { groupOf, type PipelineStatus } from './run.ts'
export { sinksOf } from './sinks.ts'
export { type PipelineSpec, pipelinesSetting } from './spec.ts'
