import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { NewSchema, SchemaReference } from '../../client/registry/index.ts'
import type { SchemaType } from '../../formats/schemas/schema-format.ts'
import { oneOf } from '../command.ts'
import { cliError } from '../errors.ts'

export const schemaOptions = {
  type: {
    type: 'string',
    short: 't',
    value: 'TYPE',
    about: 'The language: AVRO, JSON or PROTOBUF; without it the end of the file name says so.',
    example: '-t PROTOBUF',
  },
  reference: {
    type: 'string',
    multiple: true,
    value: 'NAME=SUBJECT:VERSION',
    about: 'What the schema refers to, by the name that stands in its text.',
    example: '--reference common.proto=common:1',
  },
} as const

const typeOfExtension: Readonly<Record<string, SchemaType>> = {
  '.avsc': 'AVRO',
  '.avro': 'AVRO',
  '.json': 'JSON',
  '.proto': 'PROTOBUF',
}

interface SchemaOptions {
  readonly type?: string
  readonly reference?: readonly string[]
}

/** The schema in a file, as it is to be registered. */
export async function readSchema(file: string, options: SchemaOptions): Promise<NewSchema> {
  return {
    type: typeOf(file, options.type),
    text: await textOf(file),
    references: (options.reference ?? []).map(referenceOf),
  }
}

function typeOf(file: string, given: string | undefined): SchemaType {
  const fromName = typeOfExtension[extname(file)]
  if (given === undefined && fromName === undefined) {
    const problem = `'${file}' does not end in .avsc, .json or .proto; write '--type AVRO', JSON or PROTOBUF.`
    throw cliError('usage', { problem })
  }
  return oneOf('type', given?.toUpperCase(), ['AVRO', 'JSON', 'PROTOBUF'], fromName ?? 'AVRO')
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    const problem = `The schema '${file}' cannot be read (${code}); is the path right?`
    throw cliError('usage', { problem }, { cause: error })
  }
}

/** A subject may have colons, a version has none. */
function referenceOf(given: string): SchemaReference {
  const [, name, subject, version] = /^([^=]+)=(.+):(\d+)$/.exec(given) ?? []
  if (name !== undefined && subject !== undefined)
    return { name, subject, version: Number(version) }
  const problem = `'--reference' is '${given}'; write NAME=SUBJECT:VERSION, such as common.proto=common:1.`
  throw cliError('usage', { problem })
}
