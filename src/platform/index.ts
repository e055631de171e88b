/**
 * The platform: one YAML file becomes running services.
 *
 * It describes and reads leat.yml, starts the broker and what stands before it, and stops them in
 * reverse. It promises that a wrong file starts nothing and says what to write, and that a start
 * that fails leaves nothing running. It leaves what the services do to the services, and arguments,
 * signals and exit codes to the command line.
 */
import { systemFiles } from '../base/files.ts'
import type { Plan, Way } from './changes/plan.ts'
import type { Config } from './config.ts'

export { type Address, expandBind, formatAddress } from './addresses.ts'
export { banner, exposures, schemeOf } from './banner.ts'
export type { Difference } from './changes/differences.ts'
export { lineOf, rowOf } from './changes/text.ts'
export type { Config } from './config.ts'
export { waysToConsole } from './console-auth.ts'
export type { GraduateOptions, Plan, Report, Teller } from './graduating/graduate.ts'
export { loadConfig, usualFile } from './load.ts'
export { type LogLevel, logLevels, openLogger } from './logger.ts'
export { type Running, start } from './start.ts'

/** The text of a leat.yml that explains every setting. */
export async function configTemplate(): Promise<string> {
  const { templateOfConfig } = await import('./template.ts')
  return templateOfConfig()
}

/** Every connector of leat.yml, those of pipelines' targets too. */
export async function connectorsOf(config: Config) {
  const { connectorsWithSinks } = await import('./pipeline-sinks.ts')
  return connectorsWithSinks(config)
}

/** What a start with this configuration would change, and what there is beside it. */
export async function planOf(config: Config, way?: Way): Promise<Plan> {
  const { planOf } = await import('./changes/plan.ts')
  return await planOf(config, await connectorsOf(config), way)
}

/** leat.yml as an AsyncAPI document; loaded by those who want one. */
export async function asyncApi() {
  return await import('./asyncapi/document.ts')
}

/** From here onto an Apache Kafka, and back; loaded by those who go. */
export async function graduating() {
  const [{ graduateFromKafka, graduateToKafka }, { nextFile, writeNextFile }] = await Promise.all([
    import('./graduating/graduate.ts'),
    import('./graduating/file.ts'),
  ])
  return { graduateFromKafka, graduateToKafka, nextFile, writeNextFile }
}

/** Reads every byte of a data directory that nobody uses, and changes nothing. */
export async function verifyData(directory: string, onProblem: (problem: string) => void) {
  const { verifyDirectory } = await import('../broker/index.ts')
  return await verifyDirectory(directory, {
    files: systemFiles,
    onProblem: ({ path, position, what }) => onProblem(`${path}:${position} ${what}`),
  })
}
