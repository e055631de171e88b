import { stringify } from 'yaml'
import { isError } from '../../base/errors.ts'
import { packageVersion } from '../../base/package-version.ts'
import type { RegistryClient } from '../../client/registry/index.ts'
import { asyncApi, loadConfig } from '../../platform/index.ts'
import { command, oneOf } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { openRegistry, registryOption } from '../registry.ts'

export const asyncapi = command({
  options: {
    ...fileOption,
    registry: {
      ...registryOption.registry,
      about: "A schema registry: the values' schemas are the subjects TOPIC-value.",
    },
    'command-config': registryOption['command-config'],
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      about: 'How to print: yaml (the default) or json.',
      example: '-o json',
    },
  },
  about:
    'Channels are the Kafka topics and MQTT routes that the file names, servers the addresses of leat.\nIt starts nothing.',
  examples: [
    'leat asyncapi > asyncapi.yml',
    'leat asyncapi -f plant.yml -o json --registry http://localhost:8081',
  ],
  async run({ options, terminal }) {
    const format = oneOf('output', options.output, ['yaml', 'json'], 'yaml')
    const config = await loadConfig(options.file, terminal.environment)
    const { topicsOf, asyncApiOf } = await asyncApi()
    const schemas =
      options.registry === undefined
        ? new Map()
        : await schemasOf(topicsOf(config), openRegistry(options, terminal))
    const document = asyncApiOf(config, { version: packageVersion(), schemas })
    const text =
      format === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : stringify(document)
    terminal.stdout.write(text)
  },
})

async function schemasOf(topics: readonly string[], registry: RegistryClient) {
  const found = await Promise.all(
    topics.map(async (topic) => {
      const schema = await registry.latest(`${topic}-value`).catch((error: unknown) => {
        if (isError(error, 'subject-not-found')) return undefined
        throw error
      })
      return schema === undefined ? [] : [[topic, schema] as const]
    }),
  )
  return new Map(found.flat())
}
