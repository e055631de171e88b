/** Reads leat.yml: everything that is wrong with it is said at once, with line, column and cure. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { systemCode } from '../base/errors.ts'
import type { Problem, Report } from '../base/settings.ts'
import { withPathsFrom } from '../base/tls/settings.ts'
import { saslProblem, withSaslPathsFrom } from '../client/security/index.ts'
import { type Config, leatFile, reportContradictions, withImplied } from './config.ts'
import { platformError } from './errors.ts'
import { reportKafkaKeys } from './kafka-keys.ts'
import { reportClosedDoors, reportLiteralPasswords, withKeysFrom } from './logins.ts'
import { mirrorsFrom, reportMirrors } from './mirrors.ts'
import { withSecrets } from './secrets.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Throws 'config-missing' or 'config-invalid'. */
export async function readConfigFile(file: string, environment: Environment): Promise<Config> {
  return await parseConfig(readText(file), file, environment)
}

/** As `readConfigFile`, of a text that stands, or would stand, at `file`. */
export async function parseConfig(
  source: string,
  file: string,
  environment: Environment,
): Promise<Config> {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const place = (position: number) => {
    const { line, col } = lines.linePos(position)
    return `${file}:${line}:${col}`
  }

  const broken = document.errors.map(({ pos, message }) => `${place(pos[0])} ${message}.`)
  if (broken.length > 0) throw platformError('config-invalid', { problems: broken })

  const problems: Problem[] = []
  const report = (problem: Problem) => problems.push(problem)
  const folder = dirname(resolve(file))
  const written = document.toJS() ?? {}
  reportLiteralPasswords(written, report)
  const raw = withImplied(withSecrets(written, { environment, folder }, report))
  reportContradictions(raw, report)
  const config = leatFile.read(raw, [], report)
  const pipelines = await readPipelines(config, report)
  reportKafkaKeys(config, report)
  reportClosedDoors(config, report)
  reportMirrors(config.mirrors ?? [], report)
  const loginProblem = config.kafka.sasl && saslProblem(config.kafka.sasl)
  if (loginProblem !== undefined) report({ at: ['kafka', 'sasl'], says: loginProblem })
  if (config.mqtt?.routes?.some(({ schema }) => schema !== undefined)) {
    const { reportRouteSchemas } = await import('./route-schemas.ts')
    await reportRouteSchemas(config, folder, report)
  }
  if (problems.length > 0) {
    throw platformError('config-invalid', {
      problems: problems
        .map((problem) => ({ position: positionOf(problem, document), says: problem.says }))
        .sort((a, b) => a.position - b.position)
        .map(({ position, says }) => `${place(position)} ${says}`),
    })
  }
  return { ...withAbsolutePaths(config, folder), pipelines }
}

/** Paths in a file are relative to its folder. */
function withAbsolutePaths(config: Config, folder: string): Config {
  const { access, kafka, mqtt } = config
  const { tls, sasl } = kafka
  const listeners = kafka.listeners.map((listener) => ({
    ...listener,
    tls: listener.tls && withPathsFrom(folder, listener.tls),
  }))
  const mqttListeners = (mqtt?.listeners ?? []).map((listener) => ({
    ...listener,
    tls: listener.tls && withPathsFrom(folder, listener.tls),
  }))
  const routes = mqtt?.routes.map((route) => {
    const { schema } = route
    if (schema?.file === undefined) return route
    return { ...route, schema: { ...schema, file: resolve(folder, schema.file) } }
  })
  return {
    ...config,
    data: resolve(folder, config.data),
    kafka: {
      ...{ ...kafka, listeners },
      tls: tls && withPathsFrom(folder, tls),
      sasl: sasl && withSaslPathsFrom(folder, sasl),
    },
    access: access && withKeysFrom(folder, access),
    mirrors: config.mirrors && mirrorsFrom(folder, config.mirrors),
    mqtt: mqtt && routes && { ...mqtt, routes, listeners: mqttListeners },
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

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw platformError('config-missing', { file })
    throw error
  }
}

/** Where in the text a problem stands: its value, its key, or the nearest thing around it. */
function positionOf({ at, isKey }: Problem, document: Document): number {
  if (isKey) {
    const parent = at.length === 1 ? document.contents : document.getIn(at.slice(0, -1), true)
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => String(key) === at.at(-1))
      : undefined
    if (isNode(pair?.key) && pair.key.range) return pair.key.range[0]
  }
  for (let length = at.length; length > 0; length--) {
    const node = document.getIn(at.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}
