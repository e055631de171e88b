import { isError } from '../../base/errors.ts'
import { type KafkaClient, lagOf } from '../../client/index.ts'
import { RegistryClient, SchemaValues, wayToRegistry } from '../../client/registry/index.ts'
import { groupOf, type PipelineSpec, preview, runExamples } from '../../pipelines/index.ts'
import {
  type Config,
  expandBind,
  formatAddress,
  loadConfig,
  schemeOf,
} from '../../platform/index.ts'
import { command, type Group, oneOf, operandsOf, wholeNumber } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { cliError } from '../errors.ts'
import { stateOf } from '../group-state.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { outputOption, printRows, toJson, wantsJson } from '../output.ts'
import { registryWay } from '../registry.ts'
import { printLine, type Terminal } from '../terminal.ts'

const list = command({
  options: { ...fileOption, ...kafkaOptions, ...outputOption },
  about: 'Lag is how many records a pipeline has still to read.',
  examples: ['leat pipelines list', 'leat pipelines list -o json'],
  async run({ options, terminal }) {
    const { pipelines } = await configWithPipelines(options, terminal)
    await using client = openKafka(options, terminal)
    const rows = Object.entries(pipelines).map(async ([name, { from, to }]) => ({
      pipeline: name,
      from: from.join(', '),
      to: to.map(({ topic }) => topic).join(', '),
      ...(await progressOf(client, groupOf(name))),
    }))
    await printRows({ options, terminal }, await Promise.all(rows))
  },
})

async function progressOf(client: KafkaClient, group: string) {
  try {
    const { state } = await stateOf(client, group)
    const lags = await lagOf(client, group)
    return { state, lag: lags.reduce((sum, { lag = 0n }) => sum + lag, 0n) }
  } catch (error) {
    // A pipeline that never ran has no group.
    if (isError(error, 'failed')) return { state: 'never ran', lag: undefined }
    throw error
  }
}

const test = command({
  operands: '[PIPELINE…]',
  options: { ...fileOption, ...outputOption },
  about:
    "Runs the examples under 'tests' through the steps: no broker is needed. Exit code 1 says that one differs.",
  examples: ['leat pipelines test', 'leat pipelines test clean -f plant.yml'],
  async run({ options, operands, terminal }) {
    const { pipelines } = await configWithPipelines(options, terminal)
    for (const name of operands) pipelineOf(pipelines, name)
    const results = Object.entries(pipelines)
      .filter(([name]) => operands.length === 0 || operands.includes(name))
      .flatMap(([name, spec]) =>
        runExamples(spec).map(({ name: example, difference }) => ({
          pipeline: name,
          example,
          difference,
        })),
      )
    if (results.length === 0) {
      throw cliError('failed', { problem: "There are no examples; write them under 'tests'." })
    }
    if (wantsJson(options)) await printLine(terminal.stdout, toJson(results))
    else for (const result of results) await printLine(terminal.stdout, lineOf(result))
    const wrong = results.filter(({ difference }) => difference !== undefined).length
    if (wrong > 0) {
      throw cliError('failed', { problem: `${wrong} of ${results.length} examples differ.` })
    }
  },
})

type Result = { readonly pipeline: string; readonly example: string } & Pick<
  ReturnType<typeof runExamples>[number],
  'difference'
>

function lineOf({ pipeline, example, difference }: Result): string {
  if (difference === undefined) return `ok      ${pipeline}: ${example}`
  const { expected, found } = difference
  return [`DIFFERS ${pipeline}: ${example}`, 'expected', expected, 'found', found]
    .join('\n')
    .replaceAll('\n', '\n  ')
}

const previewCommand = command({
  operands: 'PIPELINE',
  options: {
    count: {
      type: 'string',
      short: 'n',
      value: 'N',
      about: 'How many records are read (default 10).',
      example: '-n 100',
    },
    from: {
      type: 'string',
      value: 'WHERE',
      about: 'Which records: start (the first ones) or end (the last ones; the default).',
      example: '--from start',
    },
    ...fileOption,
    ...kafkaOptions,
    ...outputOption,
  },
  about: 'Runs records of its topics through the steps and writes nothing.',
  examples: ['leat pipelines preview clean', 'leat pipelines preview clean -n 100 --from start'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'PIPELINE')
    const config = await configWithPipelines(options, terminal)
    const spec = pipelineOf(config.pipelines, name)
    const count = wholeNumber('count', options.count, 10, 1)
    const from = oneOf('from', options.from, ['start', 'end'], 'end')
    await using client = openKafka(options, terminal)
    const schemas = schemasOf(config, options, terminal)
    const previews = await preview(spec, { client, count, from, ...(schemas && { schemas }) })
    if (wantsJson(options)) await printLine(terminal.stdout, toJson(previews))
    else {
      await printRows(
        { options, terminal },
        previews.map(({ topic, partition, offset, to, key, value, error }) => ({
          from: `${topic}/${partition}@${offset}`,
          to: error === undefined ? to : 'ERRORS',
          key,
          value: error ?? value,
        })),
      )
    }
  },
})

export const pipelines: Group = {
  actions: {
    list: { summary: 'Shows the pipelines, and how far behind they are.', command: list },
    test: { summary: 'Runs the examples that stand beside the pipelines.', command: test },
    preview: { summary: 'Shows what a pipeline would write.', command: previewCommand },
  },
}

type Pipelines = Readonly<Record<string, PipelineSpec>>

async function configWithPipelines(
  options: { readonly file?: readonly string[] },
  { environment }: Terminal,
): Promise<Config & { readonly pipelines: Pipelines }> {
  const config = await loadConfig(options.file, environment)
  if (config.pipelines !== undefined) return { ...config, pipelines: config.pipelines }
  throw cliError('failed', {
    problem: "The file names no pipelines; write them under 'pipelines'.",
  })
}

/** The registry that the file names, as the file says; or the one that it starts, as --command-config says. */
function schemasOf(
  { registry }: Config,
  options: Parameters<typeof registryWay>[0],
  terminal: Terminal,
): SchemaValues | undefined {
  if (registry === undefined) return undefined
  const own = expandBind(registry.bind).map(
    (one) => `${schemeOf(registry)}://${formatAddress(one)}`,
  )
  const way =
    registry.urls === undefined
      ? registryWay({ ...options, registry: own.join() }, terminal)
      : wayToRegistry({ ...registry.config, 'schema.registry.url': registry.urls.join() })
  return new SchemaValues(new RegistryClient(way))
}

function pipelineOf(pipelines: Pipelines, name: string): PipelineSpec {
  const spec = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined
  if (spec !== undefined) return spec
  const problem = `There is no pipeline '${name}'; there are ${Object.keys(pipelines).join(', ')}.`
  throw cliError('failed', { problem })
}
