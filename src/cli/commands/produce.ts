import { command, oneOf, operandsOf, wholeNumber } from '../command.ts'
import { kafkaOptions, openKafka, readPairs } from '../kafka.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { fromEnvelope, type OutgoingRecord } from '../records/envelope.ts'
import { linesOf } from '../records/lines.ts'
import { printLine } from '../terminal.ts'

/** So many records may wait for their acknowledgement; reading goes on when one has it. */
const mostInFlight = 10_000

export const produce = command({
  operands: 'TOPIC',
  options: {
    ...kafkaOptions,
    'key-separator': {
      type: 'string',
      short: 'k',
      value: 'TEXT',
      about: 'What stands between key and value; a line without it has no key.',
      example: "-k ':'",
    },
    header: {
      type: 'string',
      short: 'H',
      multiple: true,
      value: 'NAME=VALUE',
      about: 'A header of every record.',
      example: '-H source=test',
    },
    partition: {
      type: 'string',
      short: 'p',
      value: 'N',
      about: 'The partition, instead of the one that the key has.',
      example: '-p 0',
    },
    json: {
      type: 'boolean',
      about: 'Each line is {"key":…,"value":…,"headers":{…},"partition":…,"timestamp":…}.',
      example: '--json',
    },
    compression: {
      type: 'string',
      short: 'z',
      value: 'CODEC',
      about: 'The compression: none (the default), gzip, snappy, lz4 or zstd.',
      example: '-z zstd',
    },
    ...outputOption,
  },
  about:
    'Each line is a record. The command ends well when all of them are acknowledged; with -o json it\nprints where each one is.',
  examples: [
    'echo hello | leat produce greetings',
    "printf 'pump-1:46.7\\n' | leat produce temperatures -k ':'",
    'leat consume a --offset :end --json | leat produce b --json',
  ],
  async run({ options, operands, terminal }) {
    const [topic = ''] = operandsOf(operands, 'TOPIC')
    const headers = Object.entries(readPairs('header', options.header)).map(([key, value]) => ({
      key,
      value: Buffer.from(value),
    }))
    const partition =
      options.partition === undefined
        ? {}
        : { partition: wholeNumber('partition', options.partition, 0) }
    const separator = options['key-separator']
    const recordOf = options.json ? fromEnvelope : (line: Buffer) => fromLine(line, separator)
    const print = wantsJson(options)
    await using client = openKafka(options, terminal)
    // A record waits two minutes for a broker; whoever mistook the address is told before.
    await client.clusterId()
    const producer = client.producer({
      compression: oneOf('compression', options.compression, codecs, 'none'),
    })

    const inFlight: Promise<Sent>[] = []
    const settleOldest = async () => {
      const sent = await inFlight.shift()
      if (print && sent !== undefined) await printLine(terminal.stdout, toJson(sent))
    }
    for await (const line of linesOf(terminal.stdin)) {
      if (terminal.stopped.aborted) break
      const record = recordOf(line)
      const sending = producer.send({
        topic,
        ...partition,
        ...record,
        headers: [...headers, ...record.headers],
      })
      // It is awaited in its turn; until then its failure is not one that nobody looks at.
      sending.catch(() => {})
      inFlight.push(sending)
      if (inFlight.length >= mostInFlight) await settleOldest()
    }
    while (inFlight.length > 0) await settleOldest()
  },
})

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

interface Sent {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

function fromLine(line: Buffer, separator: string | undefined): OutgoingRecord {
  const at = separator === undefined ? -1 : line.indexOf(separator)
  if (separator === undefined || at < 0) return { key: null, value: line, headers: [] }
  const valueAt = at + Buffer.byteLength(separator)
  return { key: line.subarray(0, at), value: line.subarray(valueAt), headers: [] }
}
