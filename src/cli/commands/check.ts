import {
  type Address,
  type Config,
  expandBind,
  exposures,
  formatAddress,
  loadConfig,
} from '../../platform/index.ts'
import { command } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { outputOption, printRows } from '../output.ts'
import { printLine } from '../terminal.ts'

export const check = command({
  options: {
    ...fileOption,
    ...outputOption,
  },
  about: 'It starts nothing. Exit code 2 says that the file is wrong.',
  examples: ['leat check', 'leat check -f plant.yml -o json'],
  async run({ options, terminal }) {
    const config = await loadConfig(options.file, terminal.environment)
    await printRows({ options, terminal }, rowsOf(config))
    for (const exposure of exposures(config)) await printLine(terminal.stderr, exposure)
  },
})

function rowsOf({ kafka, mqtt, registry, console, data }: Config) {
  const broker =
    kafka.brokers === undefined
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
    ...(registry === undefined
      ? []
      : [{ part: 'registry', listens: addresses([registry.bind]), about: 'schemas in _schemas' }]),
    ...(console === undefined
      ? []
      : [{ part: 'console', listens: addresses([console.bind]), about: 'health and metrics' }]),
  ]
}

function addresses(binds: readonly Address[]): string {
  return binds.flatMap((bind) => expandBind(bind).map(formatAddress)).join(', ')
}
