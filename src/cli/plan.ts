/** What a start would change, for people. */
import { type Config, lineOf, planOf } from '../platform/index.ts'
import type { ValuesOf } from './command.ts'
import { type kafkaOptions, wayToKafka } from './kafka.ts'
import { printLine, type Terminal } from './terminal.ts'

/** What is only there, and stays, is the business of `leat diff`. */
export async function printPlan(
  config: Config,
  commandConfig: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const { stdout, stderr } = terminal
  const login = commandConfig === undefined ? {} : { 'command-config': commandConfig }
  const { seen, differences } = await planOf(config, wayOf(login, terminal))
  const done = differences.filter(({ action }) => action !== 'leave')
  for (const difference of done) await printLine(stdout, lineOf(difference))
  const beside = {
    nothing: 'Nothing is there yet.',
    'data at rest': `Compared with ${config.data}, which nobody uses at the moment.`,
    running: 'Compared with what is running.',
  }
  await printLine(stderr, done.length === 0 ? `Nothing changes. ${beside[seen]}` : beside[seen])
}

/** Brokers count where they are named, since the files name some; so does a login. */
export function wayOf(options: ValuesOf<typeof kafkaOptions>, terminal: Terminal) {
  const { brokers, security } = wayToKafka(options, terminal)
  const isLogin = Object.keys(security ?? {}).length > 0
  return {
    ...(options.brokers !== undefined && { brokers }),
    ...(isLogin && { security }),
  }
}
