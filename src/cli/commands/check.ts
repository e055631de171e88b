import { LeatError } from '../../base/errors.ts'
import { checkServerTls } from '../../base/tls/server.ts'
import {
  type Address,
  type Config,
  expandBind,
  exposures,
  formatAddress,
  loadConfig,
  waysToConsole,
} from '../../platform/index.ts'
import { command } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { cliError } from '../errors.ts'
import { outputOption, printRows } from '../output.ts'
import { printLine } from '../terminal.ts'

export const check = command({
  options: {
    ...fileOption,
    ...outputOption,
  },
  about:
    'It starts nothing, but looks into the key stores that are named. Exit code 2 says that the file is wrong.',
  examples: ['leat check', 'leat check -f plant.yml -o json'],
  async run({ options, terminal }) {
    const config = await loadConfig(options.file, terminal.environment)
    const warnings = await tlsWarnings(config)
    await printRows({ options, terminal }, rowsOf(config))
    for (const warning of warnings) await printLine(terminal.stderr, warning)
    for (const exposure of exposures(config)) await printLine(terminal.stderr, exposure)
  },
})

/** Of the dates of certificates. What is wrong with keys is wrong with the file that names them. */
async function tlsWarnings(config: Config): Promise<string[]> {
  const { kafka, mqtt, registry, connect, console } = config
  const warnings: string[] = []
  for (const door of [...kafka.listeners, ...(mqtt?.listeners ?? []), registry, connect, console]) {
    if (door?.tls === undefined) continue
    const { bind, tls } = door
    try {
      warnings.push(...(await checkServerTls(tls, Date.now())))
    } catch (cause) {
      if (!(cause instanceof LeatError)) throw cause
      const problem = `The listener ${formatAddress(bind)} cannot speak TLS: ${cause.message}`
      throw cliError('usage', { problem }, { cause })
    }
  }
  return warnings
}

function rowsOf(config: Config) {
  const { kafka, mqtt, registry, connect, mirrors, data } = config
  const console = config.console && { ...config.console, auth: waysToConsole(config) }
  const connectors = Object.keys(connect?.connectors ?? {}).length
  const aboutConnect = `${connectors} connectors, ${mirrors?.length ?? 0} mirrors`
  const broker = !kafka.enabled
    ? { part: 'kafka', listens: '-', about: 'switched off' }
    : kafka.brokers === undefined
      ? {
          part: 'kafka',
          listens: addresses(kafka.listeners.map(({ bind }) => bind)),
          about: `durability ${kafka.durability}, data in ${data}, ${Object.keys(kafka.topics).length} topics`,
        }
      : { part: 'kafka', listens: '-', about: `the cluster at ${kafka.brokers.map(formatAddress)}` }
  return [
    broker,
    ...(mqtt === undefined
      ? []
      : [
          {
            part: 'mqtt',
            listens: addresses(mqtt.listeners.map(({ bind }) => bind)),
            about: `${mqtt.routes.length} routes`,
          },
        ]),
    ...rowOfDoor('registry', registry, 'schemas in _schemas'),
    ...rowOfDoor('connect', connect, aboutConnect),
    ...rowOfDoor('console', console, 'the console, health and metrics'),
  ]
}

/** A registry that exists already listens elsewhere. */
function rowOfDoor(
  part: string,
  door: (HttpDoor & { readonly urls?: readonly string[] | undefined }) | undefined,
  about: string,
) {
  if (door === undefined) return []
  if (door.urls !== undefined) return [{ part, listens: '-', about: `the one at ${door.urls}` }]
  const asks = [...(door.tls === undefined ? [] : ['TLS']), ...(door.auth ?? [])]
  return [{ part, listens: addresses([door.bind]), about: [about, ...asks].join(', ') }]
}

type HttpDoor = Pick<NonNullable<Config['registry']>, 'bind' | 'tls'> & {
  readonly auth: readonly string[] | undefined
}

function addresses(binds: readonly Address[]): string {
  return binds.flatMap((bind) => expandBind(bind).map(formatAddress)).join(', ')
}
