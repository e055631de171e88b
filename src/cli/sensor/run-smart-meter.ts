import { pause, systemClock } from '../../base/clock.ts'
import { between, seededRandom, systemRandom } from '../../base/random.ts'
import { avroFormat } from '../../formats/avro/index.ts'
import { frame } from '../../formats/confluent-frame.ts'
import { type OptionTable, type ValuesOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { openRegistry, registryOption } from '../registry.ts'
import { printLine, type Terminal } from '../terminal.ts'
import { meterSchema, smartMeter } from './smart-meter.ts'

export const meterOptions = {
  ...kafkaOptions,
  topic: {
    type: 'string',
    short: 't',
    value: 'TOPIC',
    about: 'Where a smart meter writes (default Readings).',
    example: '--topic meters',
  },
  ...registryOption,
  every: {
    type: 'string',
    value: 'SECONDS',
    about: 'How often a smart meter measures (default 0.5).',
    example: '--every 0.01',
  },
} as const satisfies OptionTable

type MeterOptions = ValuesOf<typeof meterOptions> & {
  readonly count?: string
  readonly seed?: string
}

/** So many readings may be on their way at once. */
const mostUnsent = 1000

/** Produces readings as Avro, under the schema that it registers for the topic. */
export async function runSmartMeter(options: MeterOptions, terminal: Terminal): Promise<void> {
  const { stderr, stopped: signal } = terminal
  const { topic = 'Readings' } = options
  const seed = wholeNumber('seed', options.seed, between(systemRandom, 1, 2 ** 31))
  const count = wholeNumber('count', options.count, Number.POSITIVE_INFINITY, 1)
  const everyMs = secondsOf(options.every) * 1000
  const registry = openRegistry(options, terminal)
  const schemaId = await registry.register(`${topic}-value`, { type: 'AVRO', text: meterSchema })
  const schema = avroFormat.parse(meterSchema)
  await using client = openKafka(options, terminal)
  const producer = client.producer()
  await printLine(stderr, `Measuring into ${topic}, under schema ${schemaId} (--seed ${seed}).`)
  const next = smartMeter(seededRandom(seed), systemClock)
  const startMs = systemClock.now()
  let sending: Promise<unknown>[] = []
  for (let done = 0; done < count && !signal.aborted; done++) {
    sending.push(producer.send({ topic, value: frame(schemaId, schema.encode(next())) }))
    if (sending.length === mostUnsent || everyMs > 0) {
      await Promise.all(sending)
      sending = []
    }
    await pause(startMs + (done + 1) * everyMs - systemClock.now(), { clock: systemClock, signal })
  }
  await Promise.all(sending)
}

function secondsOf(text = '0.5'): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 0 && Number.isFinite(seconds)) return seconds
  throw cliError('usage', { problem: `'--every' is '${text}'; write seconds, such as 0.5.` })
}
