import assert from 'node:assert'
import { Codecs, type MessageCodec } from '../codec/message-codec.ts'
import { knownFile } from '../known/index.ts'
import { Symbols } from '../linked/symbols.ts'
import type { FileElement } from '../text/elements.ts'

/** What every description needs: its own messages, and the options that Confluent adds to them. */
const neededPaths = ['google/protobuf/descriptor.proto', 'confluent/meta.proto']

/** Encodes and decodes FileDescriptorProto, with the options that these files add to it. */
export function fileCodec(files: ReadonlyMap<string, FileElement>): {
  readonly codec: MessageCodec
  readonly symbols: Symbols
} {
  const symbols = new Symbols()
  const needed = neededPaths.map((path) => {
    const file = knownFile(path)
    assert(file)
    symbols.add(path, file)
    return file.package
  })
  for (const [path, file] of files) if (!needed.includes(file.package)) symbols.add(path, file)
  const message = symbols.type('google.protobuf.FileDescriptorProto')
  assert(message?.kind === 'message')
  return { codec: new Codecs().of(message), symbols }
}
