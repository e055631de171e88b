import { schemaError } from '../schemas/errors.ts'
import {
  isJsonObject,
  type JsonNode,
  JsonSyntaxError,
  parseJson,
  printJson,
} from '../schemas/json-tree.ts'
import type { ParsedSchema } from '../schemas/schema-format.ts'
import { incompatibilitiesOf } from './compare.ts'
import { Documents } from './documents.ts'
import { type Draft, draftOf } from './draft.ts'
import { ShapeLoader } from './load-shape.ts'
import type { Shape } from './shapes.ts'
import { checkSchema, compileValidator, type Validate } from './validation.ts'

export class JsonSchema implements ParsedSchema {
  readonly type = 'JSON'
  readonly canonical: string
  readonly #root: JsonNode
  readonly #references: ReadonlyMap<string, string>
  readonly #draft: Draft
  readonly #shapes: ShapeLoader
  #validate: Validate | undefined

  constructor(text: string, references: ReadonlyMap<string, string>) {
    this.#root = schemaNode(text, '')
    this.#references = references
    this.#draft = draftOf(this.#root)
    const others = new Map([...references].map(([name, text]) => [name, schemaNode(text, name)]))
    this.canonical = printJson(this.#root)
    checkSchema(this.#draft, JSON.parse(this.canonical))
    this.#shapes = new ShapeLoader(new Documents(this.#root, others, this.#draft), this.#draft)
    this.#shapes.checkReferences()
  }

  normalized(): string {
    return printJson(this.#root, { sorted: true })
  }

  formatted(): string {
    return this.canonical
  }

  incompatibilities(writer: ParsedSchema): readonly string[] {
    if (!(writer instanceof JsonSchema)) return ['Incompatible because of different schema type']
    return incompatibilitiesOf(writer.#shape(), this.#shape())
  }

  /**
   * Says what is wrong with a value, or undefined where it fits. Compiled at the first value; throws
   * 'invalid-schema' where the schema cannot be compiled, such as for a pattern without a linear form.
   */
  validate(value: unknown): string | undefined {
    this.#validate ??= compileValidator(this.#draft, this.canonical, this.#references)
    return this.#validate(value)
  }

  #shape(): Shape {
    return this.#shapes.root()
  }
}

function schemaNode(text: string, name: string): JsonNode {
  const where = (place: string) => (name === '' ? place : `${name}#${place}`)
  try {
    const node = parseJson(text)
    if (typeof node === 'boolean' || isJsonObject(node)) return node
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw schemaError('invalid-schema', {
      type: 'JSON',
      where: where(error.where),
      why: error.message,
    })
  }
  const why = 'a schema is an object, true or false'
  throw schemaError('invalid-schema', { type: 'JSON', where: where(''), why })
}
