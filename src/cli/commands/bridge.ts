import { runBridge } from '../bridge/run.ts'
import { readBridgeFile } from '../bridge/settings.ts'
import { command } from '../command.ts'
import { serviceOptions } from '../messages/parameters.ts'
import { surroundingsOf } from '../messages/surroundings.ts'

export const bridge = command({
  options: {
    'config-file': {
      type: 'string',
      short: 'f',
      value: 'FILE',
      about: 'The file, instead of ./.sinetstream_config.yml or ~/.config/sinetstream/config.yml.',
      example: '-f bridge.yml',
    },
    config: {
      type: 'string',
      short: 'c',
      value: 'FILE',
      about: 'The same.',
      example: '-c bridge.yml',
    },
    service: {
      type: 'string',
      short: 's',
      value: 'SERVICE',
      about: "The service with 'type: bridge'; may be left out where the file has one only.",
      example: '-s mybridge',
    },
    verbose: serviceOptions.verbose,
  },
  about:
    "The file is that of SINETStream's bridge: a service file with a service of 'type: bridge', whose\n" +
    "'bridge' lists 'reader' and 'writer', and may have 'retry', 'report' and 'max_qlen'. A message is\n" +
    'committed or acknowledged when every writer has it. Ctrl-C ends it.',
  examples: ['leat bridge -f bridge.yml', 'leat bridge -f bridges.yml -s plant-to-office'],
  async run({ options, terminal }) {
    const settings = readBridgeFile(options['config-file'] ?? options.config, options.service)
    await runBridge(settings, {
      opening: surroundingsOf(options, terminal),
      stopped: terminal.stopped,
      log: (line) => terminal.stderr.write(`[${localTime(new Date())}] ${line}\n`),
    })
  },
})

/** `2026-01-31 13:59:59`, as SINETStream's bridge writes it. */
function localTime(time: Date): string {
  return time.toLocaleString('sv-SE')
}
