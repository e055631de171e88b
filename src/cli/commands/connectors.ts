import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { type Command, command, type Group, operandsOf, wholeNumber } from '../command.ts'
import { redrive } from '../connectors/redrive.ts'
import { ConnectRest, connectOption, pathOf } from '../connectors/rest.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { outputOption, printRows, toJson } from '../output.ts'
import { printLine } from '../terminal.ts'

interface Status {
  readonly name: string
  readonly type: string
  readonly connector: {
    readonly state: string
    readonly worker_id: string
    readonly trace?: string
  }
  readonly tasks: readonly TaskStatus[]
}

interface TaskStatus {
  readonly id: number
  readonly state: string
  readonly worker_id: string
  readonly trace?: string
  readonly figures?: Readonly<Record<string, number>>
}

interface Figures {
  readonly tasks: readonly TaskStatus[]
  readonly lag?: number
}

type Config = Readonly<Record<string, string>>

const common = { ...connectOption, ...outputOption }

const list = command({
  options: common,
  examples: ['leat connectors list', 'leat connectors list -o json'],
  async run({ options, terminal }) {
    const rest = new ConnectRest(options, terminal)
    const all = await rest.ask<Record<string, { status: Status; info: { config: Config } }>>(
      'GET',
      '/connectors?expand=status&expand=info',
    )
    await printRows(
      { options, terminal },
      Object.entries(all).map(([connector, { status, info }]) => ({
        connector,
        type: status.type,
        class: info.config['connector.class'],
        state: status.connector.state,
        tasks: status.tasks.map(({ state }) => state).join(', '),
      })),
    )
  },
})

const get = command({
  operands: 'CONNECTOR',
  options: common,
  about: 'Prints its configuration as JSON, as `leat connectors create` takes it.',
  examples: ['leat connectors get to-file'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'CONNECTOR')
    const config = await new ConnectRest(options, terminal).ask('GET', pathOf(name, '/config'))
    await printLine(terminal.stdout, toJson({ name, config }))
  },
})

const create = command({
  operands: 'FILE',
  options: common,
  about:
    'The file is JSON or YAML: `{ name, config: { connector.class, … } }`, or the configuration alone with its name. One that is there is changed.',
  examples: ['leat connectors create to-file.yml'],
  async run({ options, operands, terminal }) {
    const [file = ''] = operandsOf(operands, 'FILE')
    const { name, config } = connectorIn(file, await readFile(file, 'utf8'))
    await new ConnectRest(options, terminal).ask('PUT', pathOf(name, '/config'), config)
    await printLine(terminal.stdout, `Connector ${name} is stored.`)
  },
})

function connectorIn(file: string, text: string): { name: string; config: unknown } {
  const given = Object(parse(text)) as Record<string, unknown>
  const { config = given, name } = given
  if (typeof name === 'string') return { name, config }
  throw cliError('usage', { problem: `${file} names no connector; write 'name: to-file'.` })
}

/** Something that is done to one connector. */
function deed(method: string, below: string, done: string, about: string): Command {
  return command({
    operands: 'CONNECTOR',
    options: common,
    about,
    examples: [`leat connectors ${below.slice(1).split('?')[0] || 'delete'} to-file`],
    async run({ options, operands, terminal }) {
      const [name = ''] = operandsOf(operands, 'CONNECTOR')
      await new ConnectRest(options, terminal).ask(method, pathOf(name, below))
      await printLine(terminal.stdout, `Connector ${name} ${done}.`)
    },
  })
}

const status = command({
  operands: 'CONNECTOR',
  options: common,
  about: 'Rates are of the last ten seconds; lag is how many records a sink has not put yet.',
  examples: ['leat connectors status to-file'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'CONNECTOR')
    const rest = new ConnectRest(options, terminal)
    const { connector, tasks } = await rest.ask<Status>('GET', pathOf(name, '/status'))
    // Kafka Connect does not have it.
    const told = await rest.ask<Figures>('GET', pathOf(name, '/figures')).catch(() => undefined)
    const figuresOf = new Map(told?.tasks.map(({ id, figures }) => [id, figures]))
    const rows = tasks.map(({ id, state, worker_id: worker, trace }) => ({
      ...{ task: id, state, worker },
      recordsPerSecond: rounded(figuresOf.get(id)?.recordsPerSecond),
      written: figuresOf.get(id)?.written,
      failed: figuresOf.get(id)?.failed,
      lag: figuresOf.get(id)?.lag,
      trace: trace?.split('\n')[0],
    }))
    const whole = { task: undefined, state: connector.state, worker: connector.worker_id }
    const trace = connector.trace?.split('\n')[0]
    const none = { recordsPerSecond: undefined, written: undefined, failed: undefined }
    await printRows({ options, terminal }, [{ ...whole, ...none, lag: told?.lag, trace }, ...rows])
  },
})

function rounded(figure: number | undefined): number | undefined {
  return figure === undefined ? undefined : Math.round(figure * 10) / 10
}

const offsets = command({
  operands: 'CONNECTOR',
  options: common,
  examples: ['leat connectors offsets to-file'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'CONNECTOR')
    const rest = new ConnectRest(options, terminal)
    const { offsets: found } = await rest.ask<{
      offsets: { partition: unknown; offset: unknown }[]
    }>('GET', pathOf(name, '/offsets'))
    await printRows({ options, terminal }, found)
  },
})

const preview = command({
  operands: 'CONNECTOR',
  options: {
    records: {
      type: 'string',
      short: 'n',
      value: 'N',
      about: 'How many records (default 5).',
      example: '-n 20',
    },
    ...common,
  },
  about:
    'The first records of its topics as the sink would get them, behind converter and transforms. Nothing is written, and no offset moves.',
  examples: ['leat connectors preview to-file -n 3'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'CONNECTOR')
    const count = wholeNumber('records', options.records, 5, 1)
    const rest = new ConnectRest(options, terminal)
    const path = pathOf(name, `/preview?records=${count}`)
    const { records } = await rest.ask<{ records: unknown[] }>('POST', path)
    for (const record of records) await printLine(terminal.stdout, toJson(record))
  },
})

const redriveCommand = command({
  operands: 'CONNECTOR',
  options: {
    to: {
      type: 'string',
      value: 'TOPIC',
      about: 'Where they go; without it, each to the topic that it came from.',
      example: '--to readings',
    },
    rate: {
      type: 'string',
      value: 'N',
      about: 'How many records a second at most (default 100).',
      example: '--rate 1000',
    },
    ...connectOption,
    ...kafkaOptions,
  },
  about:
    'Writes the dead letters of a sink, as many as there are now, back into its topics. What was written back is not written again the next time.',
  examples: ['leat connectors redrive to-file', 'leat connectors redrive to-file --rate 10'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'CONNECTOR')
    const rate = wholeNumber('rate', options.rate, 100, 1)
    const config = await new ConnectRest(options, terminal).ask<Config>(
      'GET',
      pathOf(name, '/config'),
    )
    const from = config['errors.deadletterqueue.topic.name']
    if (from === undefined) {
      const problem = `${name} keeps no dead letters; set errors.deadletterqueue.topic.name.`
      throw cliError('failed', { problem })
    }
    await using client = openKafka(options, terminal)
    const count = await redrive({
      ...{ client, from, group: `redrive-${name}`, recordsPerSecond: rate },
      signal: terminal.stopped,
      ...(options.to !== undefined && { to: options.to }),
    })
    await printLine(terminal.stdout, `${count} records of ${from} were written back.`)
  },
})

export const connectors: Group = {
  actions: {
    list: { summary: 'Shows the connectors and how they are.', command: list },
    get: { summary: 'Prints the configuration of a connector.', command: get },
    create: { summary: 'Creates a connector, or changes it, from a file.', command: create },
    delete: {
      summary: 'Deletes a connector.',
      command: deed('DELETE', '', 'is deleted', 'Its offsets stay, for one of the same name.'),
    },
    pause: {
      summary: 'Lets a connector rest.',
      command: deed('PUT', '/pause', 'rests', 'Its tasks stay where they are.'),
    },
    resume: {
      summary: 'Lets a connector go on.',
      command: deed('PUT', '/resume', 'goes on', 'From where it had got to.'),
    },
    stop: {
      summary: 'Stops a connector, so that its offsets may be changed.',
      command: deed('PUT', '/stop', 'is stopped', 'It has no tasks until it is resumed.'),
    },
    restart: {
      summary: 'Begins a connector and its tasks again.',
      command: deed(
        'POST',
        '/restart?includeTasks=true',
        'begins again',
        'At once, whatever it waits for.',
      ),
    },
    status: { summary: 'Shows states, rates and lag of the tasks.', command: status },
    offsets: { summary: 'Shows where a connector has got to.', command: offsets },
    preview: { summary: 'Shows the records that a sink would get.', command: preview },
    redrive: { summary: 'Writes dead letters back.', command: redriveCommand },
  },
}
