import { systemClock } from '../../base/clock.ts'
import {
  isolationLevels,
  type KafkaClient,
  type OffsetRange,
  resolveRange,
  type TopicInfo,
} from '../../client/index.ts'
import { awaitTopics, presentTopics } from '../awaited-topics.ts'
import { command, oneOf, type ValuesOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka, topicsOf } from '../kafka.ts'
import { type RecordFields, toEnvelope } from '../records/envelope.ts'
import { readOffsets } from '../records/offset-option.ts'
import { printLine, type Terminal } from '../terminal.ts'

const options = {
  ...kafkaOptions,
  offset: {
    type: 'string',
    value: 'RANGE',
    about:
      'What to print: start, end (the default), :end, +5, -5, 7, 7:9, @TIME, @TIME:TIME; a time is -1h, a date or epoch milliseconds.',
    example: '--offset @-1h:end',
  },
  'from-beginning': {
    type: 'boolean',
    about: 'As --offset start; with a group, where it has no offset yet.',
    example: '--from-beginning',
  },
  partition: {
    type: 'string',
    short: 'p',
    multiple: true,
    value: 'N',
    about: 'Only this partition.',
    example: '-p 0 -p 2',
  },
  group: {
    type: 'string',
    short: 'g',
    value: 'NAME',
    about: 'Reads as a member of this group, and commits what was printed.',
    example: '-g dashboards',
  },
  'isolation-level': {
    type: 'string',
    value: 'LEVEL',
    about:
      'Whether all is printed (read_uncommitted, the default), or nothing of transactions that were aborted or are open (read_committed).',
    example: '--isolation-level read_committed',
  },
  number: {
    type: 'string',
    short: 'n',
    value: 'N',
    about: 'Ends after so many records.',
    example: '-n 10',
  },
  'key-separator': {
    type: 'string',
    short: 'k',
    value: 'TEXT',
    about: 'Prints the key and this text before the value.',
    example: "-k ':'",
  },
  json: {
    type: 'boolean',
    about: 'Each record as a line of JSON with all that it has.',
    example: '--json',
  },
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    about: 'How to print: text (the default) or json, which is --json.',
    example: '-o json',
  },
} as const

export const consume = command({
  operands: 'TOPIC…',
  options,
  about:
    "Without an end in --offset it waits for new records, and for topics that are not there yet; Ctrl-C\nends it. What --json prints, 'leat produce --json' reads.",
  examples: [
    'leat consume temperatures --from-beginning',
    'leat consume temperatures --offset :end --json',
    'leat consume plant.pump-1 -g dashboards -n 100',
  ],
  async run({ options, operands, terminal }) {
    if (operands.length === 0) throw cliError('usage', { problem: 'Write the topics to print.' })
    const limit = wholeNumber('number', options.number, Number.POSITIVE_INFINITY, 1)
    await using client = openKafka(options, terminal)
    // Topics are asked for half a minute long; whoever mistook the address is told before.
    await client.clusterId()
    const printer = new Printer(options, terminal, limit)
    if (options.group === undefined) await readRange(client, operands, options, terminal, printer)
    else await readAsMember(client, options.group, operands, options, terminal, printer)
  },
})

type Options = ValuesOf<typeof options>

/** Prints records until there are enough of them. */
class Printer {
  readonly #print: (topic: string, partition: number, record: PrintedRecord) => string | Buffer
  readonly #terminal: Terminal
  #left: number

  constructor(options: Options, terminal: Terminal, limit: number) {
    const separator = options['key-separator']
    if (options.json || options.output === 'json') {
      this.#print = (topic, partition, record) =>
        toEnvelope({ topic, partition, offset: record.offset }, record)
    } else {
      this.#print = (_topic, _partition, { key, value }) => {
        const text = value ?? Buffer.alloc(0)
        if (separator === undefined) return text
        return Buffer.concat([key ?? Buffer.alloc(0), Buffer.from(separator), text])
      }
    }
    this.#terminal = terminal
    this.#left = limit
  }

  get enough(): boolean {
    return this.#left === 0
  }

  async print(topic: string, partition: number, record: PrintedRecord): Promise<void> {
    this.#left--
    await printLine(this.#terminal.stdout, this.#print(topic, partition, record))
  }
}

type PrintedRecord = RecordFields & { readonly offset: bigint }

async function readRange(
  client: KafkaClient,
  topics: readonly string[],
  options: Options,
  terminal: Terminal,
  printer: Printer,
): Promise<void> {
  const text = options.offset ?? (options['from-beginning'] ? 'start' : 'end')
  const range = readOffsets('offset', text, systemClock.now())
  const only = options.partition?.map((one) => wholeNumber('partition', one, 0))
  const committedOnly = readsCommittedOnly(options)
  const rangesIn = (found: readonly TopicInfo[], wanted: OffsetRange) => {
    const places = found.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ partition }) => only === undefined || only.includes(partition))
        .map(({ partition }) => ({ topic: name, partition })),
    )
    return resolveRange(client, places, wanted, committedOnly)
  }
  const look = range.to === undefined ? presentTopics : topicsOf
  const there = await look(client, topics)
  const absent = topics.filter((topic) => !there.some(({ name }) => name === topic))
  const ranges = await rangesIn(there, range)
  const open = new Map(
    ranges
      .filter(({ from, to }) => to === undefined || from < to)
      .map((one) => [`${one.topic}/${one.partition}`, one]),
  )
  if ((open.size === 0 && absent.length === 0) || terminal.stopped.aborted) return
  await new Promise<void>((resolve, reject) => {
    const fetcher = client.fetcher({
      committedOnly,
      async onRecords(topic, partition, records) {
        const end = open.get(`${topic}/${partition}`)?.to
        for (const record of records) {
          if (printer.enough || (end !== undefined && record.offset >= end)) break
          await printer.print(topic, partition, record)
        }
        if (printer.enough) resolve()
      },
      // The last offset may be that of no record: a transaction's marker, or one that was compacted.
      onPosition(topic, partition, next) {
        const place = `${topic}/${partition}`
        const end = open.get(place)?.to
        if (end === undefined || next < end) return
        open.delete(place)
        fetcher.unassign(topic, partition)
        if (open.size === 0) resolve()
      },
      onError: reject,
    })
    terminal.stopped.addEventListener('abort', () => resolve(), { once: true })
    const begin = (places: Iterable<(typeof ranges)[number]>) => {
      for (const { topic, partition, from } of places) fetcher.assign(topic, partition, from)
    }
    begin(open.values())
    if (absent.length === 0) return
    awaitTopics(client, absent, terminal)
      .then((found) => rangesIn(found, sinceNow(range)))
      .then(begin)
      .catch(reject)
  })
}

/** Of a topic that comes while it is waited for all is new. */
function sinceNow(range: OffsetRange): OffsetRange {
  const isFromEnd = 'beforeEnd' in range.from || ('at' in range.from && range.from.at === 'end')
  return isFromEnd ? { from: { at: 'start' } } : range
}

function readsCommittedOnly({ 'isolation-level': given }: Options): boolean {
  return oneOf('isolation-level', given, isolationLevels, 'read_uncommitted') === 'read_committed'
}

async function readAsMember(
  client: KafkaClient,
  group: string,
  topics: readonly string[],
  options: Options,
  terminal: Terminal,
  printer: Printer,
): Promise<void> {
  if (options.offset !== undefined) {
    const problem = "'--offset' has no meaning with '--group': the group knows where it is."
    throw cliError('usage', { problem })
  }
  const { stopped } = terminal
  const isAnyThere = (await presentTopics(client, topics)).length > 0
  await awaitTopics(client, topics, terminal)
  if (stopped.aborted) return
  const consumer = client.consumer({
    group,
    topics,
    fromBeginning: options['from-beginning'] ?? !isAnyThere,
    fetching: { committedOnly: readsCommittedOnly(options) },
    async onRecords(topic, partition, records) {
      for (const record of records) {
        // What is not printed is not committed, so the next run goes on with it.
        if (printer.enough) {
          end.resolve()
          return record.offset
        }
        await printer.print(topic, partition, record)
      }
      if (printer.enough) end.resolve()
      return undefined
    },
  })
  const end = Promise.withResolvers<void>()
  stopped.addEventListener('abort', () => end.resolve(), { once: true })
  await Promise.race([end.promise, consumer.run()])
  await consumer.close()
}
