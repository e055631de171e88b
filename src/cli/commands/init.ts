import { writeFileSync } from 'node:fs'
import { systemCode } from '../../base/errors.ts'
import { configTemplate, usualFile } from '../../platform/index.ts'
import { command } from '../command.ts'
import { cliError } from '../errors.ts'
import { printLine } from '../terminal.ts'

export const init = command({
  options: {
    file: {
      type: 'string',
      short: 'f',
      value: 'FILE',
      about: 'The file to write instead of ./leat.yml.',
      example: '-f plant.yml',
    },
  },
  about: 'A file that is already there is left as it is.',
  examples: ['leat init', 'leat init -f plant.yml'],
  async run({ options, terminal }) {
    const file = options.file ?? usualFile
    try {
      writeFileSync(file, await configTemplate(), { flag: 'wx' })
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw cliError('exists', { file }, { cause: error })
      throw error
    }
    await printLine(
      terminal.stderr,
      `${file} is written; 'leat check' reads it, 'leat up' starts it.`,
    )
  },
})
