/** Topics that are meant by their names, or because they fit a pattern; and whether these change. */
import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { KafkaClient } from './client.ts'

export interface TopicSelection {
  readonly names: readonly string[]
  /** Whether a topic that is not named is meant, too; absent, none is. */
  readonly fits?: (name: string) => boolean
}

export interface SelectionWatch {
  readonly client: Topics
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly everyMs: number
}

type Topics = Pick<KafkaClient, 'topics'>

/** The names of the topics that are meant now. A cluster that makes topics when asked makes those that are named. */
export async function selectTopics(
  { names, fits }: TopicSelection,
  client: Topics,
): Promise<string[]> {
  if (names.length > 0) await client.topics(names, { create: true })
  if (fits === undefined) return [...names]
  const found = (await client.topics()).filter(({ name, internal }) => !internal && fits(name))
  return [...new Set([...names, ...found.map(({ name }) => name)])].sort()
}

/** Resolves when other topics are meant than `known`, or at the signal. */
export async function selectionChange(
  selection: TopicSelection,
  known: readonly string[],
  { client, clock, logger, signal, everyMs }: SelectionWatch,
): Promise<void> {
  for (;;) {
    await pause(everyMs, { clock, signal })
    if (signal.aborted) return
    if (selection.fits === undefined) continue
    try {
      if ((await selectTopics(selection, client)).join() !== known.join()) return
    } catch (error) {
      // A cluster that is away just now is asked again the next time; those who read from it say so.
      logger.debug('The topics could not be listed', { error: String(error) })
    }
  }
}
