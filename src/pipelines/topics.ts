import { type Clock, pause } from '../base/clock.ts'
import { linearPattern } from '../base/linear-pattern.ts'
import type { KafkaClient } from '../client/index.ts'

/** How often it is looked whether other topics match. */
const lookMs = 30_000

/** The topics that are meant: names, and all that match a `/pattern/`. Topics that are named are made where the cluster does so. */
export async function matchingTopics(
  from: readonly string[],
  client: KafkaClient,
): Promise<string[]> {
  const patterns = from.flatMap((one) => patternOf(one) ?? [])
  const names = from.filter((one) => patternOf(one) === undefined)
  if (names.length > 0) await client.topics(names, { create: true })
  if (patterns.length === 0) return names
  const found = (await client.topics())
    .filter(({ name, internal }) => !internal && patterns.some((one) => one.test(name)))
    .map(({ name }) => name)
  return [...new Set([...names, ...found])].sort()
}

/** Text between slashes is a pattern, which must fit the whole name. */
function patternOf(from: string): RegExp | undefined {
  if (from.length < 3 || !from.startsWith('/') || !from.endsWith('/')) return undefined
  return linearPattern(`^(?:${from.slice(1, -1)})$`)
}

interface WatchParts {
  readonly client: KafkaClient
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Looks from time to time whether the patterns mean other topics than before. */
export class TopicWatch implements AsyncDisposable {
  readonly changed: Promise<void>
  readonly #stop = new AbortController()
  readonly #looking: Promise<void>

  private constructor(from: readonly string[], topics: readonly string[], parts: WatchParts) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.changed = promise
    this.#looking = this.#look(from, topics.join(), parts, resolve)
  }

  static open(from: readonly string[], topics: readonly string[], parts: WatchParts): TopicWatch {
    return new TopicWatch(from, topics, parts)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#looking
  }

  async #look(
    from: readonly string[],
    known: string,
    { client, clock, signal }: WatchParts,
    changed: () => void,
  ): Promise<void> {
    if (!from.some((one) => patternOf(one) !== undefined)) return
    const stop = AbortSignal.any([signal, this.#stop.signal])
    for (;;) {
      await pause(lookMs, { clock, signal: stop })
      if (stop.aborted) return
      // A cluster that is away just now is asked again the next time; the consumer says so.
      const topics = await matchingTopics(from, client).catch(() => undefined)
      if (topics !== undefined && topics.join() !== known) return changed()
    }
  }
}
