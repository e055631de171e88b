import type { RegisteredSchema } from '../../../client/registry/index.ts'
import type { SchemaType } from '../../../formats/schemas/schema-format.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import type { Converted } from '../converter.ts'

/** Between one language of registered schemas and Connect's data. */
export interface SchemaLanguage {
  readonly type: SchemaType
  /** How errors call it. */
  readonly title: string
  /** A decoder of what stands behind the schema's id, compiled once a schema. */
  reader(schema: RegisteredSchema): (payload: Buffer) => Converted
  /** The schema as it is registered, its record's name, and an encoder with it. */
  writer(schema: ConnectSchema | null): SchemaWriter
  /** An encoder with a schema that is registered already. */
  writerWith(schema: RegisteredSchema, from: ConnectSchema | null): (value: unknown) => Buffer
}

export interface SchemaWriter {
  readonly text: string
  /** What subject name strategies by record use. */
  readonly recordName: string | undefined
  readonly write: (value: unknown) => Buffer
}
