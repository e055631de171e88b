import { MalformedBytes } from '../../base/bytes.ts'
import type { ParsedSchema } from '../schemas/schema-format.ts'
import { Codecs, type ProtobufRecord } from './codec/message-codec.ts'
import { descriptorOf } from './descriptor/write.ts'
import { type Difference, incompatibility, isCompatible } from './differences/difference.ts'
import { differences } from './differences/differences.ts'
import { wrongValue } from './errors.ts'
import type { Loaded } from './linked/load.ts'
import type { LinkedMessage } from './linked/model.ts'
import { join } from './linked/symbols.ts'
import { normalize } from './normalize/normalize.ts'
import {
  type FileElement,
  isMapEntry,
  type MessageElement,
  type TypeElement,
} from './text/elements.ts'
import { printFile } from './text/print.ts'

/** A schema in Protobuf's language, with the codecs of its messages. */
export class ProtobufSchema implements ParsedSchema {
  readonly type = 'PROTOBUF'
  readonly canonical: string
  /** Full names, in the order of the text, each before those that lie in it. */
  readonly messageNames: readonly string[]
  readonly #loaded: Loaded
  readonly #codecs = new Codecs()
  /** The indexes of each message by its name, and its name by its indexes. */
  readonly #indexes = new Map<string, readonly number[]>()
  readonly #names = new Map<string, string>()

  constructor(loaded: Loaded) {
    this.#loaded = loaded
    this.canonical = printFile(loaded.element)
    const file = fileOfMessages(loaded)
    // Confluent's clients for Node do not count the entries of maps, the others do: a place that
    // means nothing to the others is read their way.
    this.#number(file.types, file.package, [], (message) => !isMapEntry(message))
    this.#number(file.types, file.package, [], () => true)
    this.messageNames = [...this.#indexes.keys()]
  }

  normalized(): string {
    return printFile(normalize(this.#loaded.element, this.#loaded.symbols))
  }

  /** `serialized`: the FileDescriptorProto, in base64. */
  formatted(notation: string): string {
    return notation === 'serialized'
      ? descriptorOf(this.#loaded).toString('base64')
      : this.canonical
  }

  incompatibilities(writer: ParsedSchema): readonly string[] {
    if (!(writer instanceof ProtobufSchema))
      return ['Incompatible because of different schema type']
    return this.differences(writer)
      .filter((difference) => !isCompatible(difference))
      .map(incompatibility)
  }

  /** All changes from that schema to this one, compatible ones too. */
  differences(writer: ProtobufSchema): readonly Difference[] {
    return differences(writer.#loaded, this.#loaded)
  }

  /** Bytes of a record of this message, the first one without a name; throws `wrong-value`. */
  encode(record: unknown, messageName = this.messageNames[0]): Buffer {
    return this.#codecs.of(this.message(messageName)).encode(record)
  }

  /** Throws MalformedBytes. */
  decode(bytes: Buffer, messageName = this.messageNames[0]): ProtobufRecord {
    return this.#codecs.of(this.message(messageName)).decode(bytes)
  }

  /** Where a message lies in the file: what serializers write before a record. */
  messageIndexes(messageName: string): readonly number[] {
    const indexes = this.#indexes.get(messageName)
    if (indexes === undefined) throw this.#unknown(messageName)
    return indexes
  }

  /** Throws MalformedBytes where no message lies. */
  nameOf(indexes: readonly number[]): string {
    const name = this.#names.get(indexes.join())
    if (name !== undefined) return name
    throw new MalformedBytes(`no message of the schema has the indexes [${indexes.join(', ')}]`)
  }

  /** A message with its fields and the types that they name; the first one without a name. */
  message(name = this.messageNames[0]): LinkedMessage {
    const type = this.#loaded.symbols.type(name ?? '')
    if (type?.kind === 'message') return type
    throw this.#unknown(name)
  }

  #unknown(name: string | undefined): Error {
    const some = this.messageNames.slice(0, 10).join(', ')
    return wrongValue('', `a message of the schema (${some})`, name ?? 'a schema without messages')
  }

  #number(
    types: readonly TypeElement[],
    scope: string,
    outer: readonly number[],
    counts: (message: MessageElement) => boolean,
  ): void {
    const messages = types.filter((type): type is MessageElement => type.kind === 'message')
    messages.filter(counts).forEach((message, index) => {
      // No record is the entry of a map.
      if (isMapEntry(message)) return
      const fullName = join(scope, message.name)
      const indexes = [...outer, index]
      this.#names.set(indexes.join(), fullName)
      this.#indexes.set(fullName, indexes)
      this.#number(message.types, fullName, indexes, counts)
    })
  }
}

/** A file that says nothing but a public import of another stands for that one. */
function fileOfMessages({ element, imported }: Loaded): FileElement {
  const { types, services, extends: extensions, imports } = element
  const [only, ...others] = imports
  const isWrapper =
    only?.kind === 'public' &&
    [types, services, extensions, others].every((some) => some.length === 0)
  return (isWrapper ? imported.get(only.path) : undefined) ?? element
}
