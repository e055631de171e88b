import { systemRandom } from '../../base/random.ts'
import { Reader } from '../../client/reader-and-writer.ts'
import { wholeNumber } from '../command.ts'
import {
  aboutServices,
  messageCommand,
  parametersOf,
  serviceOperands,
  serviceOptions,
} from '../messages/parameters.ts'
import { readMessages } from '../messages/reading.ts'
import { checkFolder, receiverOf } from '../messages/received.ts'
import { reasonOf, surroundingsOf } from '../messages/surroundings.ts'
import { outputOption, wantsJson } from '../output.ts'

export const read = messageCommand({
  operands: serviceOperands,
  options: {
    ...serviceOptions,
    raw: {
      type: 'boolean',
      short: 'r',
      about: 'Prints the values alone.',
      example: '-r > received.bin',
    },
    file: {
      type: 'string',
      short: 'f',
      value: 'DIR',
      about: 'Each message becomes a file TOPIC-RANDOM-NUMBER in this folder.',
      example: '-f received',
    },
    count: {
      type: 'string',
      short: 'C',
      value: 'N',
      about: 'Ends after so many messages.',
      example: '-C 10',
    },
    ...outputOption,
  },
  about: `It waits for new messages; Ctrl-C ends it, and so does 'receive_timeout_ms' without one. What was\nprinted is done with: a group does not get it again.\n${aboutServices}`,
  examples: [
    'leat read -s temperatures -t',
    'leat read -nc type=mqtt brokers=127.0.0.1:1883 topic=plant/# -t -C 10',
    'leat read -s pictures -f received',
  ],
  async run({ options, operands, terminal }) {
    const parameters = parametersOf(options, operands)
    const count = wholeNumber('count', options.count, 0)
    checkFolder(options.file)
    const surroundings = surroundingsOf(options, terminal)
    const { logger } = surroundings
    const isJson = wantsJson(options)
    await using reader = await Reader.open(parameters, surroundings)
    const receive = receiverOf({
      valueType: reader.valueType,
      stdout: terminal.stdout,
      isRaw: options.raw ?? false,
      isJson,
      folder: options.file,
      random: systemRandom,
    })
    logger.info('Reading', { topics: reader.topics })
    let received = 0
    await readMessages(reader, {
      async receive(message) {
        received += 1
        await receive(message, received)
      },
      passOver(error) {
        if (!options['keep-going']) throw error
        logger.error('A message was passed over', { why: reasonOf(error) })
      },
      isEnough: () => count > 0 && received >= count,
      ended: terminal.stopped,
    })
  },
})
