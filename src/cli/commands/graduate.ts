import { createInterface } from 'node:readline/promises'
import {
  type GraduateOptions,
  graduating,
  loadConfig,
  type Plan,
  type Report,
  type Teller,
} from '../../platform/index.ts'
import { command, operandsOf, type ValuesOf } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { cliError } from '../errors.ts'
import { planLines } from '../graduate/plan-lines.ts'
import { Progress } from '../graduate/progress.ts'
import { reportLines } from '../graduate/report-lines.ts'
import { kafkaOptions, readProperties, wayToKafka } from '../kafka.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { printLine, type Terminal } from '../terminal.ts'

const options = {
  to: {
    type: 'string',
    value: 'HOST:PORT,…',
    about: 'The Apache Kafka to go to.',
    example: '--to kafka-1:9092,kafka-2:9092',
  },
  'from-kafka': {
    type: 'string',
    value: 'HOST:PORT,…',
    about: 'The way back: the Apache Kafka to come from.',
    example: '--from-kafka kafka-1:9092',
  },
  'command-config': {
    ...kafkaOptions['command-config'],
    about: "TLS and login at the Apache Kafka, in Kafka's own keys.",
  },
  ...fileOption,
  'source-config': {
    type: 'string',
    value: 'FILE',
    about: 'TLS and login at the leat that is running, where all its listeners ask for them.',
    example: '--source-config admin.properties',
  },
  passwords: {
    type: 'string',
    value: 'FILE',
    about: "Users and their passwords, as JSON or properties, beside those of leat.yml's.",
    example: '--passwords ./secrets/users.json',
  },
  exclude: {
    type: 'string',
    multiple: true,
    value: 'TOPIC',
    about: 'A topic that stays behind.',
    example: '--exclude scratch',
  },
  'dry-run': { type: 'boolean', about: 'Ends when the plan is printed.', example: '--dry-run' },
  yes: { type: 'boolean', short: 'y', about: 'Asks nothing.', example: '--yes' },
  write: {
    type: 'boolean',
    about: 'Writes the new leat.yml in the place of the old one, which is kept beside it.',
    example: '--write',
  },
  ...outputOption,
} as const

type Options = ValuesOf<typeof options>

export const graduate = command({
  options,
  about:
    'While leat runs everything is copied and compared; when it has been stopped the rest follows, both\nsides are compared whole, and leat.yml names the cluster. It can be interrupted and run again at any\ntime. Exit code 1 says that both sides differ, and nothing is switched then: docs/guides/graduate.md.',
  examples: [
    'leat graduate --to kafka-1:9092 --dry-run',
    'leat graduate --to kafka-1:9092 -f plant.yml --write',
    'leat graduate --from-kafka kafka-1:9092 -f plant.yml',
  ],
  async run({ options: given, operands, terminal }) {
    operandsOf(operands)
    const { to, 'from-kafka': from } = given
    const address = to ?? from
    if (address === undefined || (to !== undefined && from !== undefined)) {
      throw cliError('usage', { problem: "Write '--to HOST:PORT' or '--from-kafka HOST:PORT'." })
    }
    const { environment } = terminal
    const { graduateFromKafka, graduateToKafka, nextFile, writeNextFile } = await graduating()
    const config = await loadConfig(given.file, environment)
    const way = wayToKafka({ ...given, brokers: address }, terminal)
    const cluster = { brokers: way.brokers, security: way.security ?? {} }
    const next = await nextFile(given.file, to === undefined ? undefined : cluster, environment)
    if (next.path === undefined && given.write === true) {
      const problem =
        "'--write' is for one file, and here are several; leave it out, and change them."
      throw cliError('usage', { problem })
    }
    const run = to === undefined ? graduateFromKafka : graduateToKafka
    const teller = new TerminalTeller(given, terminal)
    const settings = { config, cluster, ...settingsOf(given, config, terminal) }
    const isDone = await run(settings, teller).catch((cause) => {
      if (!terminal.stopped.aborted) throw cause
      const problem = 'Interrupted: nothing has been switched; the same command goes on from here.'
      throw cliError('failed', { problem }, { cause })
    })
    if (!isDone) return
    const { text, variables, path } = next
    if (given.write === true && path !== undefined) {
      const old = writeNextFile(path, text)
      const kept = old === undefined ? '' : ` The old one is ${old}.`
      await printLine(terminal.stderr, `${path} is changed.${kept}`)
    } else if (!wantsJson(given)) {
      const where = path ?? "your files in the place of what they say of 'kafka'"
      await printLine(terminal.stderr, `Write this into ${where}, and start leat:`)
      await printLine(terminal.stdout, text.trimEnd())
    }
    if (variables.length > 0) {
      await printLine(terminal.stderr, `Set ${variables.join(', ')} for leat.`)
    }
  },
})

function settingsOf(
  given: Options,
  { access }: GraduateOptions['config'],
  terminal: Terminal,
): Pick<GraduateOptions, 'here' | 'excluded' | 'passwords' | 'stopped'> {
  const source = given['source-config']
  const declared = Object.entries(access?.users ?? {}).map(
    ([user, { password }]) => [user, password] as const,
  )
  const more = given.passwords === undefined ? {} : readProperties(given.passwords)
  return {
    here:
      source === undefined
        ? {}
        : (wayToKafka({ brokers: '', 'command-config': source }, terminal).security ?? {}),
    excluded: given.exclude ?? [],
    passwords: new Map([...declared, ...Object.entries(more)]),
    stopped: terminal.stopped,
  }
}

class TerminalTeller implements Teller {
  readonly #options: Options
  readonly #terminal: Terminal
  #progress: Progress | undefined

  constructor(options: Options, terminal: Terminal) {
    this.#options = options
    this.#terminal = terminal
  }

  async plan(plan: Plan): Promise<boolean> {
    await this.#print('plan', { ...plan, topics: plan.topics.map(plainTopic) }, planLines(plan))
    if (this.#options['dry-run'] === true) return false
    if (plan.collisions.length === 0 && !(await this.#isWanted())) return false
    const total = plan.topics.reduce((sum, { offsets }) => sum + offsets, 0n)
    this.#progress = new Progress(this.#terminal.stderr, total)
    return true
  }

  async says(sentence: string): Promise<void> {
    this.#progress?.end()
    await printLine(this.#terminal.stderr, sentence)
  }

  copied(records: number, bytes: number): void {
    this.#progress?.add(records, bytes)
  }

  async report(report: Report): Promise<void> {
    this.#progress?.end()
    await this.#print('report', report, reportLines(report))
  }

  async #print(name: string, value: unknown, lines: readonly string[]): Promise<void> {
    const { stdout } = this.#terminal
    const text = wantsJson(this.#options) ? toJson({ [name]: value }) : lines.join('\n')
    await printLine(stdout, text)
  }

  async #isWanted(): Promise<boolean> {
    if (this.#options.yes === true) return true
    const { stdin, stderr, stopped } = this.#terminal
    if (!('isTTY' in stdin && stdin.isTTY === true)) {
      throw cliError('usage', { problem: "Nobody can be asked here; write '--yes' to begin." })
    }
    const lines = createInterface({ input: stdin, output: stderr })
    try {
      const answer = await lines.question('Begin? [y/N] ', { signal: stopped })
      return /^y(es)?$/i.test(answer.trim())
    } finally {
      lines.close()
    }
  }
}

function plainTopic(topic: Plan['topics'][number]) {
  return { ...topic, configs: Object.fromEntries(topic.configs) }
}
