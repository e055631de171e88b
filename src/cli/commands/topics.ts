import { resolveRange } from '../../client/index.ts'
import { command, type Group, operandsOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka, readPairs, topicsOf } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'
import { changeConfigs, configsWith } from '../topic-configs.ts'

const list = command({
  options: {
    all: {
      type: 'boolean',
      short: 'a',
      about: 'Also the internal topics, such as __consumer_offsets.',
      example: '-a',
    },
    ...kafkaOptions,
    ...outputOption,
  },
  examples: ['leat topics list', 'leat topics list -a -o json'],
  async run({ options, terminal }) {
    await using client = openKafka(options, terminal)
    const topics = (await client.topics())
      .filter(({ internal }) => options.all || !internal)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    await printRows(
      { options, terminal },
      topics.map(({ name, partitions }) => ({ topic: name, partitions: partitions.length })),
    )
  },
})

const describe = command({
  operands: 'TOPIC…',
  options: { ...kafkaOptions, ...outputOption },
  examples: ['leat topics describe temperatures', 'leat topics describe a b -o json'],
  async run({ options, operands, terminal }) {
    needsTopics(operands)
    await using client = openKafka(options, terminal)
    const places = (await topicsOf(client, operands)).flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => ({ topic: name, partition, leader })),
    )
    const ranges = await resolveRange(client, places, { from: { at: 'start' }, to: { at: 'end' } })
    await printRows(
      { options, terminal },
      places.map((place, index) => ({
        ...place,
        start: ranges[index]?.from,
        end: ranges[index]?.to,
      })),
    )
  },
})

const create = command({
  operands: 'TOPIC…',
  options: {
    partitions: {
      type: 'string',
      short: 'p',
      value: 'N',
      about: "How many partitions (default: the broker's num.partitions).",
      example: '-p 3',
    },
    config: {
      type: 'string',
      short: 'c',
      multiple: true,
      value: 'NAME=VALUE',
      about: 'A topic configuration of Kafka.',
      example: '-c retention.ms=7200000',
    },
    ...kafkaOptions,
    ...outputOption,
  },
  examples: ['leat topics create temperatures -p 3 -c retention.ms=7200000'],
  async run({ options, operands, terminal }) {
    needsTopics(operands)
    const config = readPairs('config', options.config)
    const partitions = wholeNumber('partitions', options.partitions, -1, 1)
    await using client = openKafka(options, terminal)
    const results = await client.createTopics(
      operands.map((name) => ({ name, config, ...(partitions < 0 ? {} : { partitions }) })),
    )
    for (const { error } of results) if (error !== undefined) throw error
    const done = operands.map((topic) => ({ topic, result: 'created' }))
    await printRows({ options, terminal }, done)
  },
})

const remove = command({
  operands: 'TOPIC…',
  options: { ...kafkaOptions, ...outputOption },
  about: 'Their records are deleted with them.',
  examples: ['leat topics delete temperatures'],
  async run({ options, operands, terminal }) {
    needsTopics(operands)
    await using client = openKafka(options, terminal)
    const results = await client.deleteTopics(operands)
    for (const { error } of results) if (error !== undefined) throw error
    const done = operands.map((topic) => ({ topic, result: 'deleted' }))
    await printRows({ options, terminal }, done)
  },
})

const config = command({
  operands: 'TOPIC',
  options: {
    set: {
      type: 'string',
      short: 's',
      multiple: true,
      value: 'NAME=VALUE',
      about: 'Sets a configuration.',
      example: '-s retention.ms=7200000',
    },
    delete: {
      type: 'string',
      short: 'd',
      multiple: true,
      value: 'NAME',
      about: 'Takes the default of the broker again.',
      example: '-d retention.ms',
    },
    ...kafkaOptions,
    ...outputOption,
  },
  about: 'Prints the configurations of a topic, after changing what is asked for.',
  examples: [
    'leat topics config temperatures',
    'leat topics config temperatures -s retention.ms=-1',
  ],
  async run({ options, operands, terminal }) {
    const [topic = ''] = operandsOf(operands, 'TOPIC')
    const changes = new Map<string, string | null>([
      ...Object.entries(readPairs('set', options.set)),
      ...(options.delete ?? []).map((name) => [name, null] as const),
    ])
    await using client = openKafka(options, terminal)
    if (changes.size > 0) await changeConfigs(client, topic, changes)
    const configs = await configsWith(client, topic, changes, terminal.stopped)
    await printRows(
      { options, terminal },
      configs.map(({ name, value, configSource }) => ({
        name,
        value,
        source: sources[configSource] ?? 'default',
      })),
    )
  },
})

/** The names of DescribeConfigs' sources. */
const sources: Readonly<Record<number, string>> = {
  1: 'topic',
  2: 'broker',
  3: 'cluster',
  4: 'broker',
}

export const topics: Group = {
  actions: {
    list: { summary: 'Lists the topics.', command: list },
    describe: {
      summary: 'Shows the partitions of topics, from where to where.',
      command: describe,
    },
    create: { summary: 'Creates topics.', command: create },
    delete: { summary: 'Deletes topics.', command: remove },
    config: { summary: 'Shows and changes the configurations of a topic.', command: config },
  },
}

function needsTopics(operands: readonly string[]): void {
  if (operands.length === 0) throw cliError('usage', { problem: 'Write the name of a topic.' })
}
