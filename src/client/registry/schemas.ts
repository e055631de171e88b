import type { SchemaType } from '../../formats/schemas/schema-format.ts'

export interface SchemaReference {
  /** As the schema's text calls it: a type's name, a URL, a file. */
  readonly name: string
  readonly subject: string
  readonly version: number
}

export interface NewSchema {
  readonly type: SchemaType
  readonly text: string
  readonly references?: readonly SchemaReference[]
}

export interface RegisteredSchema extends NewSchema {
  readonly id: number
  /** The same in every registry; those before version 8 of Confluent's give none. */
  readonly guid?: string
  /** The texts of all schemas that it refers to, by the name of the reference, those that others need first. */
  readonly referencedTexts: ReadonlyMap<string, string>
}

export interface SubjectVersion extends RegisteredSchema {
  readonly subject: string
  readonly version: number
}

/** A version of a subject with the numbers that another registry gave it. */
export interface NumberedSchema extends NewSchema {
  readonly subject: string
  readonly version: number
  readonly id: number
}

/** Confluent's names; the fields that are not given stay as they are. */
export interface SubjectConfig {
  readonly compatibility?: string
  readonly compatibilityGroup?: string
  readonly normalize?: boolean
  readonly validateFields?: boolean
  readonly alias?: string
}

/** A schema as the registry writes it. */
export interface WrittenSchema {
  readonly schema: string
  readonly schemaType?: SchemaType
  readonly references?: readonly SchemaReference[]
  readonly id: number
  readonly guid?: string
  readonly subject: string
  readonly version: number
}

/** The body of a request that names a schema. */
export function writtenSchema({ type, text, references = [] }: NewSchema): object {
  return {
    schema: text,
    // A registry of before the types knows Avro only, and refuses the field.
    ...(type === 'AVRO' ? {} : { schemaType: type }),
    ...(references.length === 0 ? {} : { references }),
  }
}
