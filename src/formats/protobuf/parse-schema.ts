import { fileFrom } from './descriptor/read.ts'
import { invalidSchema } from './errors.ts'
import { knownFile } from './known/index.ts'
import { limits } from './limits.ts'
import { load } from './linked/load.ts'
import { ProtobufSchema } from './protobuf-schema.ts'
import type { FileElement } from './text/elements.ts'
import { parseText } from './text/parse.ts'
import { printFile } from './text/print.ts'

export function parseSchema(
  text: string,
  references: ReadonlyMap<string, string> = new Map(),
): ProtobufSchema {
  const fileOf = (path: string) => {
    const reference = references.get(path)
    return reference === undefined ? knownFile(path) : parseFile(reference)
  }
  return new ProtobufSchema(load(parseFile(text), fileOf))
}

/** Text, or the descriptor in base64 that Confluent's clients for JavaScript and Python send. */
function parseFile(text: string): FileElement {
  const looksLikeBase64 = text.length > 0 && /^[\w+/]+={0,2}\s*$/.test(text)
  if (!looksLikeBase64) return parseText(text)
  if (text.length > limits.mostTextBytes) {
    throw invalidSchema(`the descriptor has more than ${limits.mostTextBytes} characters`)
  }
  // The tree of a descriptor has to stand the same test as a text: nesting, numbers, names.
  return parseText(printFile(fileFrom(Buffer.from(text, 'base64'))))
}
