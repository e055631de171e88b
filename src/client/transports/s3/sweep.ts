import type { TopicNames } from './names.ts'
import { type Found, inOrder, type Listed } from './order.ts'

/** A folder with more is read in blocks of so many names, each in order. */
const mostInOrder = 20_000

export interface Page {
  readonly objects: readonly Listed[]
  /** The next page is asked for by it; undefined at the end. */
  readonly startAfter: string | undefined
}

/** Goes once through all names of a topic, folder by folder. */
export async function* sweep(
  names: TopicNames,
  isWanted: (object: Listed) => boolean,
  list: (prefix: string, startAfter: string | undefined) => Promise<Page>,
): AsyncGenerator<Found> {
  let block: Found[] = []
  let startAfter: string | undefined
  do {
    const page = await list(names.prefix, startAfter)
    for (const object of page.objects) {
      const name = isWanted(object) ? names.parse(object.key) : undefined
      if (name === undefined) continue
      if (block[0]?.folder !== name.folder || block.length >= mostInOrder) {
        yield* inOrder(block)
        block = []
      }
      block.push({ ...object, ...name })
    }
    startAfter = page.startAfter
  } while (startAfter !== undefined)
  yield* inOrder(block)
}
