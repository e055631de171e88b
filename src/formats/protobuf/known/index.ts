import type { FileElement } from '../text/elements.ts'
import { parseText } from '../text/parse.ts'
import { confluent } from './confluent.ts'
import { descriptor } from './descriptor.ts'
import { googleProtobuf } from './google-protobuf.ts'
import { googleType } from './google-type.ts'

const texts = new Map(
  [confluent, descriptor, googleProtobuf, googleType].flatMap((files) => Object.entries(files)),
)
const parsed = new Map<string, FileElement>()

/** The paths that a schema may import without naming a reference. */
export const knownPaths: readonly string[] = [...texts.keys()]

export function knownFile(path: string): FileElement | undefined {
  const text = texts.get(path)
  const found = parsed.get(path) ?? (text === undefined ? undefined : parseText(text))
  if (found !== undefined) parsed.set(path, found)
  return found
}
