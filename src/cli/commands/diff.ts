import { lineOf, loadConfig, planOf, rowOf } from '../../platform/index.ts'
import { command } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions } from '../kafka.ts'
import { outputOption, printRows, wantsJson } from '../output.ts'
import { wayOf } from '../plan.ts'
import { printLine } from '../terminal.ts'

export const diff = command({
  options: { ...fileOption, ...kafkaOptions, ...outputOption },
  about:
    'Compares the files with the leat or the cluster that runs, or with the data directory where nothing runs.\n+ is in the files alone, ~ is otherwise, - was in the files and is there still, ? is there and not in the files.\nWithout -b it is the broker of the files. Exit code 1 says that something differs.',
  examples: ['leat diff', 'leat diff -f ./factory/ -o json', 'leat diff -b kafka-1:9092'],
  async run({ options, terminal }) {
    const config = await loadConfig(options.file, terminal.environment)
    const { differences } = await planOf(config, wayOf(options, terminal))
    if (wantsJson(options)) await printRows({ options, terminal }, differences.map(rowOf))
    else for (const one of differences) await printLine(terminal.stdout, lineOf(one))
    if (differences.length > 0)
      throw cliError('failed', { problem: 'The files and what is there differ.' })
    await printLine(terminal.stderr, 'Nothing differs.')
  },
})
