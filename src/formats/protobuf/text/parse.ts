import { invalidSchema } from '../errors.ts'
import { limits } from '../limits.ts'
import type {
  ExtendElement,
  FileElement,
  ImportElement,
  MethodElement,
  OptionElement,
  ServiceElement,
  TypeElement,
} from './elements.ts'
import { optionStatement } from './parse-options.ts'
import { enumOf, extendOf, messageOf } from './parse-types.ts'
import { TextReader } from './text-reader.ts'

/**
 * The tree of a .proto text: proto2, proto3 and editions. Throws `invalid-schema` with line and
 * column. What the text means (types, numbers, labels) is checked where it is linked.
 */
export function parseText(text: string): FileElement {
  if (Buffer.byteLength(text) > limits.mostTextBytes) {
    throw invalidSchema(`the text has more than ${limits.mostTextBytes} bytes`)
  }
  const reader = new TextReader(text)
  const file = { ...syntaxOf(reader), package: '' }
  const parts: Parts = { imports: [], options: [], types: [], extends: [], services: [] }
  while (reader.peek().kind !== 'end') {
    if (reader.takes(';')) continue
    const word = reader.word('a declaration')
    if (word === 'package') file.package = packageOf(reader, file.package)
    else declarationOf(reader, word)(reader, parts)
  }
  return { ...file, ...parts }
}

interface Parts {
  readonly imports: ImportElement[]
  readonly options: OptionElement[]
  readonly types: TypeElement[]
  readonly extends: ExtendElement[]
  readonly services: ServiceElement[]
}

type Declaration = (reader: TextReader, parts: Parts) => unknown

const declarations = new Map<string, Declaration>([
  ['import', (reader, { imports }) => imports.push(importOf(reader))],
  ['option', (reader, { options }) => options.push(optionStatement(reader))],
  ['message', (reader, { types }) => types.push(messageOf(reader, 0))],
  ['enum', (reader, { types }) => types.push(enumOf(reader))],
  ['extend', (reader, parts) => parts.extends.push(extendOf(reader))],
  ['service', (reader, { services }) => services.push(serviceOf(reader))],
])

function declarationOf(reader: TextReader, word: string): Declaration {
  const declaration = declarations.get(word)
  if (declaration !== undefined) return declaration
  throw reader.wrong(`'${word}' begins no declaration of a .proto file`)
}

function importOf(reader: TextReader): ImportElement {
  const kind = reader.takes('public') ? 'public' : reader.takes('weak') ? 'weak' : 'plain'
  const path = reader.string('the path of an import')
  reader.needs(';')
  return { kind, path }
}

function syntaxOf(reader: TextReader): Pick<FileElement, 'syntax' | 'edition'> {
  const isEdition = reader.isNext('edition')
  if (!isEdition && !reader.isNext('syntax')) return { syntax: undefined, edition: undefined }
  reader.take()
  reader.needs('=')
  const said = reader.string('a version')
  reader.needs(';')
  if (isEdition) {
    if (said === '2023' || said === '2024') return { syntax: undefined, edition: said }
    throw reader.wrong(`edition "${said}" is unknown; 2023 and 2024 are known`)
  }
  if (said === 'proto2' || said === 'proto3') return { syntax: said, edition: undefined }
  throw reader.wrong(`syntax "${said}" is unknown; proto2 and proto3 are known`)
}

function packageOf(reader: TextReader, before: string): string {
  if (before !== '') throw reader.wrong('a second package is named')
  const name = reader.name('the name of the package')
  reader.needs(';')
  return name
}

function serviceOf(reader: TextReader): ServiceElement {
  const name = reader.word('the name of a service')
  const options: OptionElement[] = []
  const methods: MethodElement[] = []
  reader.needs('{')
  while (!reader.takes('}')) {
    if (reader.takes(';')) continue
    if (reader.takes('option')) options.push(optionStatement(reader))
    else if (reader.takes('rpc')) methods.push(methodOf(reader))
    else throw reader.unexpected("'rpc', 'option' or '}'")
  }
  return { name, options, methods }
}

function methodOf(reader: TextReader): MethodElement {
  const name = reader.word('the name of a method')
  const [request, requestStreams] = streamOf(reader)
  reader.needs('returns')
  const [response, responseStreams] = streamOf(reader)
  const options: OptionElement[] = []
  if (reader.takes('{')) {
    while (!reader.takes('}')) {
      if (reader.takes(';')) continue
      reader.needs('option')
      options.push(optionStatement(reader))
    }
  } else {
    reader.needs(';')
  }
  return { name, request, requestStreams, response, responseStreams, options }
}

function streamOf(reader: TextReader): [type: string, streams: boolean] {
  reader.needs('(')
  const word = reader.takes('stream')
  const streams = word && !reader.isNext(')')
  const isNamedStream = word && !streams
  const type = isNamedStream ? 'stream' : reader.name('the type of a message', { full: true })
  reader.needs(')')
  return [type, streams]
}
