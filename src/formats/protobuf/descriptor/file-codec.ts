import assert from 'node:assert'
import { Codecs, type MessageCodec } from '../codec/message-codec.ts'
import { knownFile } from '../known/index.ts'
import { Symbols } from '../linked/symbols.ts'
import type { FileElement } from '../text/elements.ts'

/** What every description needs: its own messages, and the options that Confluent adds to them. */
const neededPaths = ['google/protobuf/descriptor.proto', 'confluent/meta.proto']

/** Encodes and decodes FileDescriptorProto, with the options that these files add to it. */
export function fileCodec(files: ReadonlyMap<string, FileElement> = new Map()): {
  readonly codec: MessageCodec
  readonly codecs: Codecs
  readonly symbols: Symbols
} {
  const symbols = new Symbols()
  for (const path of neededPaths) {
    const file = knownFile(path)
    assert(file)
    symbols.add(path, file)
  }
  // A schema may be one of these files itself, or a version of it.
  for (const [path, file] of files) if (!symbols.hasAnyOf(file)) symbols.add(path, file)
  const message = symbols.type('google.protobuf.FileDescriptorProto')
  assert(message?.kind === 'message')
  const codecs = new Codecs()
  return { codec: codecs.of(message), codecs, symbols }
}
