import type { Qos } from '../protocols/mqtt/index.ts'

export interface Subscription {
  readonly filter: string
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  readonly identifier: number | undefined
}

export type Matches<Subscriber> = ReadonlyMap<Subscriber, readonly Subscription[]>

interface Level<Subscriber> {
  readonly children: Map<string, Level<Subscriber>>
  readonly here: Map<Subscriber, Subscription>
}

/** Topics whose matches are remembered between two changes of the subscriptions. */
const rememberedTopics = 10_000

/** Who subscribes to what, as a tree of topic levels: finding costs by the depth, not the number. */
export class Subscriptions<Subscriber> {
  readonly #root: Level<Subscriber> = { children: new Map(), here: new Map() }
  readonly #remembered = new Map<string, Matches<Subscriber>>()

  set(subscriber: Subscriber, subscription: Subscription): void {
    let level = this.#root
    for (const name of subscription.filter.split('/')) {
      let child = level.children.get(name)
      if (child === undefined) {
        child = { children: new Map(), here: new Map() }
        level.children.set(name, child)
      }
      level = child
    }
    level.here.set(subscriber, subscription)
    this.#remembered.clear()
  }

  remove(subscriber: Subscriber, filter: string): void {
    const path: [Level<Subscriber>, string][] = []
    let level = this.#root
    for (const name of filter.split('/')) {
      const child = level.children.get(name)
      if (child === undefined) return
      path.push([level, name])
      level = child
    }
    level.here.delete(subscriber)
    this.#remembered.clear()
    for (const [parent, name] of path.reverse()) {
      const child = parent.children.get(name)
      if (child === undefined || child.here.size > 0 || child.children.size > 0) return
      parent.children.delete(name)
    }
  }

  match(topic: string): Matches<Subscriber> {
    const known = this.#remembered.get(topic)
    if (known !== undefined) return known
    const found = new Map<Subscriber, Subscription[]>()
    collect(this.#root, topic.split('/'), 0, !topic.startsWith('$'), found)
    if (this.#remembered.size >= rememberedTopics) this.#remembered.clear()
    this.#remembered.set(topic, found)
    return found
  }
}

function collect<Subscriber>(
  level: Level<Subscriber>,
  names: readonly string[],
  depth: number,
  wildcards: boolean,
  found: Map<Subscriber, Subscription[]>,
): void {
  const rest = wildcards ? level.children.get('#') : undefined
  if (rest !== undefined) addAll(rest, found)
  const name = names[depth]
  if (name === undefined) {
    addAll(level, found)
    return
  }
  const exact = level.children.get(name)
  if (exact !== undefined) collect(exact, names, depth + 1, true, found)
  const any = wildcards ? level.children.get('+') : undefined
  if (any !== undefined) collect(any, names, depth + 1, true, found)
}

function addAll<Subscriber>(
  { here }: Level<Subscriber>,
  found: Map<Subscriber, Subscription[]>,
): void {
  for (const [subscriber, subscription] of here) {
    const others = found.get(subscriber)
    if (others === undefined) found.set(subscriber, [subscription])
    else others.push(subscription)
  }
}
