/** Topics that somebody wants to read before they are there: they are waited for, and it is said. */
import { pause, systemClock } from '../base/clock.ts'
import { isError } from '../base/errors.ts'
import type { KafkaClient, TopicInfo } from '../client/index.ts'
import { printLine, type Terminal } from './terminal.ts'

const lookEveryMs = 500

/** Those that are there, of whichever; throws what else is wrong with one. */
export async function presentTopics(
  client: Pick<KafkaClient, 'topics'>,
  names: readonly string[],
): Promise<TopicInfo[]> {
  const found = await client.topics(names)
  return found.filter(({ error }) => {
    if (error !== undefined && !isError(error, 'unknown-topic-or-partition')) throw error
    return error === undefined
  })
}

/** All of them, as soon as the last one is there; those that are there when the command is stopped. */
export async function awaitTopics(
  client: Pick<KafkaClient, 'topics'>,
  names: readonly string[],
  { stderr, stopped }: Pick<Terminal, 'stderr' | 'stopped'>,
): Promise<TopicInfo[]> {
  let there = await presentTopics(client, names)
  const absent = names.filter((name) => !there.some((one) => one.name === name))
  for (const name of absent) {
    await printLine(stderr, `Topic '${name}' is not there yet; waiting for it.`)
  }
  while (there.length < names.length && !stopped.aborted) {
    await pause(lookEveryMs, { clock: systemClock, signal: stopped })
    there = await presentTopics(client, names)
  }
  return there
}
