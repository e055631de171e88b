/** The schemas of MQTT routes: what leat.yml says of them, and the files that it names. */
import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { LeatError, systemCode } from '../base/errors.ts'
import type { Path, Report } from '../base/settings.ts'
import type { NewSchema } from '../client/registry/index.ts'
import { formats } from '../formats/schemas/formats.ts'
import type { SchemaType } from '../formats/schemas/schema-format.ts'
import type { Route, RouteSchema } from '../mqtt/index.ts'
import type { Config } from './config.ts'
import { platformError } from './errors.ts'

type GivenRoute = NonNullable<Config['mqtt']>['routes'][number]
type GivenSchema = NonNullable<GivenRoute['schema']>

const typeOfFormat = { avro: 'AVRO', json: 'JSON', protobuf: 'PROTOBUF' } as const
const typeOfExtension: Readonly<Record<string, SchemaType>> = {
  '.avsc': 'AVRO',
  '.json': 'JSON',
  '.proto': 'PROTOBUF',
}

/** Throws 'schema-file-wrong'. */
export async function routeOf({ from, to, key, schema }: GivenRoute): Promise<Route> {
  return {
    from,
    to,
    ...(key !== undefined && { key }),
    ...(schema !== undefined && { schema: await schemaOf(schema, to) }),
  }
}

export async function reportRouteSchemas(
  { mqtt, registry }: Config,
  folderOf: (at: Path) => string,
  report: Report,
): Promise<void> {
  for (const [index, { to, schema }] of (mqtt?.routes ?? []).entries()) {
    if (schema === undefined) continue
    const at = ['mqtt', 'routes', index, 'schema']
    if (registry === undefined) {
      const says = `'schema' needs a schema registry; write 'registry: {}' for leat's own, or 'registry: { urls: [ … ] }'.`
      report({ at, says, isKey: true })
    }
    try {
      await schemaOf(schema, to, folderOf(at))
    } catch (error) {
      if (!(error instanceof LeatError)) throw error
      report({ at: [...at, 'file'], says: error.message })
    }
  }
}

async function schemaOf(given: GivenSchema, to: string, folder = ''): Promise<RouteSchema> {
  const { subject = `${to}-value`, file, format, errors } = given
  const type = format && typeOfFormat[format]
  return {
    subject,
    ...(file !== undefined && { registered: await schemaIn(resolve(folder, file), type) }),
    ...(type !== undefined && { type }),
    ...(errors !== undefined && { errors }),
  }
}

async function schemaIn(file: string, given: SchemaType | undefined): Promise<NewSchema> {
  const type = given ?? typeOfExtension[extname(file)]
  if (type === undefined) {
    const why =
      "its name does not end in .avsc, .json or .proto; write 'format: avro', json or protobuf"
    throw platformError('schema-file-wrong', { file, why })
  }
  const wrong = (why: string, cause: unknown) =>
    platformError('schema-file-wrong', { file, why }, { cause })
  try {
    const text = await readFile(file, 'utf8')
    const format = await formats[type]()
    format.parse(text)
    return { type, text }
  } catch (error) {
    if (error instanceof LeatError) throw wrong(error.message, error)
    const code = systemCode(error)
    if (code === undefined) throw error
    throw wrong(`it cannot be read (${code}); is the path right?`, error)
  }
}
