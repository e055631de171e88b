import { Writer } from '../../client/reader-and-writer.ts'
import { cliError } from '../errors.ts'
import { valueOfBytes } from '../messages/bytes.ts'
import { messagesOf } from '../messages/input.ts'
import {
  aboutServices,
  messageCommand,
  parametersOf,
  serviceOperands,
  serviceOptions,
} from '../messages/parameters.ts'
import { publishAll } from '../messages/publishing.ts'
import { reasonOf, surroundingsOf } from '../messages/surroundings.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { printLine } from '../terminal.ts'

export const write = messageCommand({
  operands: serviceOperands,
  options: {
    ...serviceOptions,
    file: {
      type: 'string',
      short: 'f',
      value: 'FILE',
      about: 'The message is what stands in this file, instead of stdin.',
      example: '-f picture.png',
    },
    message: {
      type: 'string',
      short: 'm',
      value: 'MESSAGE',
      about: 'The message itself.',
      example: "-m 'pump 1 is on'",
    },
    line: {
      type: 'boolean',
      short: 'l',
      about: 'Each line is a message of its own.',
      example: '-l',
    },
    ...outputOption,
  },
  about: `All of stdin is one message; nothing at all is none. With -o json it prints what the broker\nanswered.\n${aboutServices}`,
  examples: [
    'leat write -s temperatures -m 46.7',
    'leat write -nc type=mqtt brokers=127.0.0.1:1883 topic=test -l < readings.txt',
    'leat write -s pictures consistency=AT_LEAST_ONCE -f picture.png',
  ],
  async run({ options, operands, terminal }) {
    const parameters = parametersOf(options, operands)
    const print = wantsJson(options)
    const surroundings = surroundingsOf(options, terminal)
    await using writer = await Writer.open(parameters, surroundings)
    const { topic, valueType } = writer
    const ending = new AbortController()
    const messages = messagesOf(
      {
        message: options.message,
        file: options.file,
        byLine: options.line ?? false,
        isText: valueType === 'text',
      },
      terminal.stdin,
      AbortSignal.any([terminal.stopped, ending.signal]),
    )
    let failures = 0
    await publishAll(
      messages,
      {
        publish: async (bytes) => await writer.publish(valueOfBytes(bytes, valueType)),
        async answered(answer) {
          if (print) await printLine(terminal.stdout, toJson({ topic, ...Object(answer) }))
        },
        failed(error) {
          if (!options['keep-going']) throw error
          failures += 1
          surroundings.logger.error('A message was not written', { why: reasonOf(error) })
        },
      },
      ending,
    )
    if (failures > 0) {
      throw cliError('failed', { problem: `So many messages were not written: ${failures}.` })
    }
  },
})
