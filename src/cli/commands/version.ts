import { packageVersion } from '../../base/package-version.ts'
import { command } from '../command.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { printLine } from '../terminal.ts'

export const version = command({
  options: outputOption,
  examples: ['leat version', 'leat version -o json'],
  async run({ options, terminal }) {
    const facts = {
      leat: packageVersion(),
      node: process.versions.node,
      platform: process.platform,
    }
    const text = wantsJson(options) ? toJson(facts) : `leat ${facts.leat} (Node ${facts.node})`
    await printLine(terminal.stdout, text)
  },
})
