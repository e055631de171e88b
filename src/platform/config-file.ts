/**
 * Reads leat.yml, or the files that stand for it: everything that is wrong with them is said at
 * once, with file, line, column and cure.
 */
import type { Path, Problem, Report } from '../base/settings.ts'
import { saslProblem } from '../client/security/index.ts'
import { withAbsolutePaths } from './absolute-paths.ts'
import { type Config, leatFile, reportContradictions, withImplied } from './config.ts'
import { reportConsole } from './console-config.ts'
import { platformError } from './errors.ts'
import { reportKafkaKeys } from './kafka-keys.ts'
import { reportClosedDoors, reportLiteralPasswords } from './logins.ts'
import { reportMirrors } from './mirrors.ts'
import { Problems } from './reading/problems.ts'
import { placeIn, plain } from './reading/said.ts'
import { readSources, Source } from './reading/source.ts'
import { togetherOf } from './reading/together.ts'
import { isReadLater, withSecrets } from './secrets.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** `paths` are files, and folders of files. Throws 'config-missing' or 'config-invalid'. */
export async function readConfigFiles(
  paths: readonly string[],
  environment: Environment,
): Promise<Config> {
  return await configOf(readSources(paths), environment)
}

/** As `readConfigFiles`, of a text that stands, or would stand, at `file`. */
export async function parseConfig(
  text: string,
  file: string,
  environment: Environment,
): Promise<Config> {
  return await configOf([new Source(text, file)], environment)
}

async function configOf(sources: readonly Source[], environment: Environment): Promise<Config> {
  const broken = sources.flatMap((source) => source.broken)
  if (broken.length > 0) throw platformError('config-invalid', { problems: broken })

  const problems = new Problems(sources)
  const said = togetherOf(sources, { environment, parts: leatFile.parts ?? {}, problems })
  const place = (at: Path) => placeIn(said, at)
  const folderOf = (at: Path) => place(at).source.folder
  const report = (problem: Problem) => problems.add(place(problem.at), problem, place)

  const written = plain(said)
  reportLiteralPasswords(written, report)
  const raw = withImplied(
    plain(said, (text, { source }, at) =>
      isReadLater(at)
        ? text
        : withSecrets(text, { environment, folder: source.folder }, (says) => report({ at, says })),
    ),
  )
  reportContradictions(raw, report)
  const read = leatFile.read(raw, [], report)
  const pipelines = await readPipelines(read, report)
  const config: Config = { ...read, pipelines, written }
  reportKafkaKeys(config, report)
  reportClosedDoors(config, report)
  reportConsole(config.console, report)
  reportMirrors(config.mirrors ?? [], report)
  const loginProblem = config.kafka.sasl && saslProblem(config.kafka.sasl)
  if (loginProblem !== undefined) report({ at: ['kafka', 'sasl'], says: loginProblem })
  if (config.mqtt?.routes?.some(({ schema }) => schema !== undefined)) {
    const { reportRouteSchemas } = await import('./route-schemas.ts')
    await reportRouteSchemas(config, folderOf, report)
  }
  problems.throwIfAny()
  return withAbsolutePaths(config.kafka.enabled ? config : withoutKafka(config), folderOf)
}

/** Without a Kafka there is nothing to do for what works with one. */
function withoutKafka(config: Config): Config {
  return {
    ...config,
    ...{ mqtt: undefined, registry: undefined, connect: undefined },
    ...{ pipelines: undefined, mirrors: undefined },
  }
}

/** Their settings, and the engine of their expressions, are loaded where there are pipelines only. */
async function readPipelines(config: Config, report: Report): Promise<Config['pipelines']> {
  const raw: unknown = config.pipelines
  if (raw === undefined) return undefined
  const { pipelineProblems, pipelinesSetting } = await import('../pipelines/index.ts')
  let isReadable = true
  const pipelines = pipelinesSetting.read(raw, ['pipelines'], (problem) => {
    isReadable = false
    report(problem)
  })
  if (!isReadable) return undefined
  for (const problem of pipelineProblems(pipelines)) report(problem)
  const { reportPipelineSinks } = await import('./pipeline-sinks.ts')
  reportPipelineSinks({ ...config, pipelines }, report)
  return pipelines
}
