import { existsSync } from 'node:fs'
import { verifyData } from '../../platform/index.ts'
import { command, operandsOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { outputOption, printRows } from '../output.ts'
import { printLine } from '../terminal.ts'

export const verify = command({
  operands: 'DIRECTORY',
  options: outputOption,
  about:
    'leat must not be running on it; nothing is changed. Each problem is printed with its file and\nposition, and the exit code is then 1.',
  examples: ['leat verify ./leat-data', 'leat verify /var/lib/leat -o json'],
  async run({ options, operands, terminal }) {
    const [directory = ''] = operandsOf(operands, 'DIRECTORY')
    if (!existsSync(directory)) {
      throw cliError('failed', { problem: `There is no directory ${directory}.` })
    }
    const problems: string[] = []
    const result = await verifyData(directory, (problem) => problems.push(problem))
    await printRows({ options, terminal }, [{ ...result }])
    for (const problem of problems) await printLine(terminal.stderr, problem)
    if (problems.length > 0) {
      throw cliError('failed', {
        problem: `${problems.length} problems in ${directory}; restore what they name from a backup.`,
      })
    }
  },
})
