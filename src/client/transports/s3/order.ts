import type { ObjectName } from './names.ts'

/** An object as a listing tells of it. */
export interface Listed {
  readonly key: string
  readonly size: number
  /** Milliseconds since the epoch; servers tell whole seconds. */
  readonly writtenAt: number
}

export type Found = Listed & ObjectName

/** By the time of writing; but each writer's by their numbers, at the places where that writer's are. */
export function inOrder(objects: readonly Found[]): Found[] {
  const byTime = objects.toSorted((a, b) => a.writtenAt - b.writtenAt || (a.key < b.key ? -1 : 1))
  const ofWriters = Map.groupBy(byTime, ({ writer }) => writer)
  const next = new Map<string, Iterator<Found>>()
  for (const [writer, its] of ofWriters) {
    next.set(writer, its.sort((a, b) => a.seqno - b.seqno).values())
  }
  return byTime.map((object) => next.get(object.writer)?.next().value ?? object)
}
