import { pause, systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { type Message, Reader, Writer } from '../../client/reader-and-writer.ts'
import { wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import {
  aboutServices,
  messageCommand,
  parametersOf,
  serviceOperands,
  serviceOptions,
} from '../messages/parameters.ts'
import { readMessages } from '../messages/reading.ts'
import { randomText } from '../messages/received.ts'
import { reasonOf, surroundingsOf } from '../messages/surroundings.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { printLine } from '../terminal.ts'

/** After the last one was sent, so long the others are waited for. */
const patienceMs = 10_000

/** Of so many it is known which they were and whether they came back. */
const mostRemembered = 10_000

export const ping = messageCommand({
  operands: serviceOperands,
  options: {
    ...serviceOptions,
    count: {
      type: 'string',
      short: 'C',
      value: 'N',
      about: 'Sends so many, and ends when they are back; without it, Ctrl-C ends it.',
      example: '-C 3',
    },
    interval: {
      type: 'string',
      short: 'i',
      value: 'S',
      about: 'The seconds between two messages (default 1).',
      example: '-i 0.2',
    },
    ...outputOption,
  },
  about: `The topic is a new one, sinetstream_cli_ping_NUMBER, unless 'topic=…' names one. With -o json\neach that comes back is a line with its time.\n${aboutServices}`,
  examples: [
    'leat ping -s temperatures -C 3',
    'leat ping -nc type=kafka brokers=127.0.0.1:9092 -C 10 -i 0.1 -o json',
  ],
  async run({ options, operands, terminal }) {
    const { stdout, stopped } = terminal
    const parameters = parametersOf(options, operands)
    const count = wholeNumber('count', options.count, Number.POSITIVE_INFINITY, 1)
    const intervalMs = secondsOf(options.interval) * 1000
    const isJson = wantsJson(options)
    const surroundings = surroundingsOf(options, terminal)
    const { logger } = surroundings
    const topic = String(
      parameters.topic ?? `sinetstream_cli_ping_${randomText(systemRandom, 8, digits)}`,
    )
    if (!isJson) await printLine(stdout, `topic=${topic}`)
    const shared = { ...parameters, topic, value_type: 'text' } as const
    await using reader = await Reader.open({ ...shared, topics: topic }, surroundings)
    await using writer = await Writer.open(shared, surroundings)

    const over = new AbortController()
    const ended = AbortSignal.any([stopped, over.signal])
    const passOver = (error: unknown) => {
      if (!options['keep-going']) throw error
      logger.error('A message failed', { why: reasonOf(error) })
    }
    const sent = new Remembered()
    let back = 0

    const send = async () => {
      for (let number = 1; number <= count && !ended.aborted; number += 1) {
        const text = randomText(systemRandom, 16)
        if (!isJson) await printLine(stdout, `send ${number}`)
        sent.add(text, { number, atMs: performance.now(), isBack: false })
        await writer.publish(text).catch(passOver)
        await pause(number < count ? intervalMs : patienceMs, { clock: systemClock, signal: ended })
      }
      over.abort()
    }
    const receive = async ({ value: text }: Message<string>) => {
      const known = sent.get(text)
      const isAgain = known?.isBack ?? false
      if (known === undefined) sent.add(text, { isBack: true })
      else known.isBack = true
      if (known?.number !== undefined && !isAgain) back += 1
      const ms = known?.atMs === undefined ? undefined : Math.round(performance.now() - known.atMs)
      const line = isJson
        ? toJson({ topic, number: known?.number, text, ms, isAgain })
        : `        recv ${known?.number ?? text}${isAgain ? ' (DUP)' : ''}`
      await printLine(stdout, line)
    }
    const isEnough = () => back >= count
    const hear = async () => {
      await readMessages(reader, { receive, passOver, isEnough, ended })
      over.abort()
    }
    await Promise.all(
      [send(), hear()].map((one) =>
        one.catch((error: unknown) => {
          over.abort()
          throw error
        }),
      ),
    )
    if (Number.isFinite(count) && !isEnough() && !stopped.aborted) {
      throw cliError('failed', { problem: `Of ${count} messages ${back} came back.` })
    }
  },
})

interface Sent {
  /** Which it was; nothing where somebody else sent it. */
  readonly number?: number
  readonly atMs?: number
  isBack: boolean
}

/** The last messages, by their text. */
class Remembered {
  readonly #sent = new Map<string, Sent>()

  get(text: string): Sent | undefined {
    return this.#sent.get(text)
  }

  add(text: string, sent: Sent): void {
    this.#sent.set(text, sent)
    const [oldest] = this.#sent.keys()
    if (this.#sent.size > mostRemembered && oldest !== undefined) this.#sent.delete(oldest)
  }
}

const digits = [...'0123456789']

function secondsOf(given = '1'): number {
  const seconds = Number(given)
  if (given.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds
  throw cliError('usage', { problem: `'--interval' is '${given}'; write seconds, such as 0.5.` })
}
