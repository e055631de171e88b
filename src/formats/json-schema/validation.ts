/**
 * Whether values fit a schema, and schemas their draft, with ajv. It makes code of a schema and escapes
 * all that the schema says; patterns could take for ever, so they run in linear time or not at all.
 */
import { createRequire } from 'node:module'
import { Ajv, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvDraft4 from 'ajv-draft-04'
import ajvFormats from 'ajv-formats'
import { linearPattern } from '../../base/linear-pattern.ts'
import { schemaError } from '../schemas/errors.ts'
import { dataKeywords } from './documents.ts'
import { type Draft, isModern } from './draft.ts'
import { withQuickUniqueItems } from './unique-items.ts'

const require = createRequire(import.meta.url)
// Both are CommonJS, whose default export lies one step deeper than their types say.
const Ajv4 = ajvDraft4 as unknown as typeof ajvDraft4.default
const addFormats = ajvFormats as unknown as typeof ajvFormats.default

interface Checked {
  readonly make: (options: Options) => Ajv
  readonly metaSchema: string
}

const drafts: Readonly<Record<Draft, Checked>> = {
  '4': {
    make: (options) => new Ajv4(options) as unknown as Ajv,
    metaSchema: 'http://json-schema.org/draft-04/schema',
  },
  '6': { make: makeDraft6, metaSchema: 'http://json-schema.org/draft-06/schema' },
  '7': {
    make: (options) => new Ajv(options),
    metaSchema: 'http://json-schema.org/draft-07/schema',
  },
  '2019-09': {
    make: (options) => new Ajv2019(options),
    metaSchema: 'https://json-schema.org/draft/2019-09/schema',
  },
  '2020-12': {
    make: (options) => new Ajv2020(options),
    metaSchema: 'https://json-schema.org/draft/2020-12/schema',
  },
}

function makeDraft6(options: Options): Ajv {
  const ajv = new Ajv(options)
  return ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'))
}

const lenient: Options = { strict: false, logger: false }
const checkers = new Map<Draft, Ajv>()

/** @throws 'invalid-schema' where a keyword has a value that its draft does not know. */
export function checkSchema(draft: Draft, schema: unknown): void {
  const { make, metaSchema } = drafts[draft]
  const checker =
    checkers.get(draft) ?? withQuickUniqueItems(make({ ...lenient, validateFormats: false }))
  checkers.set(draft, checker)
  const check = checker.getSchema(metaSchema)
  if (check === undefined || check(schema) === true) return
  const [error] = check.errors ?? []
  const why = `it ${error?.message ?? `is no schema of draft ${draft}`}`
  throw schemaError('invalid-schema', { type: 'JSON', where: error?.instancePath ?? '', why })
}

/** Says what is wrong with a value; undefined where it fits. */
export type Validate = (value: unknown) => string | undefined

/** @throws 'invalid-schema' */
export function compileValidator(
  draft: Draft,
  text: string,
  references: ReadonlyMap<string, string>,
): Validate {
  const validate = compile(draft, text, references)
  return (value) => {
    try {
      if (validate(value) === true) return undefined
    } catch (error) {
      // The validators of schemas that hold themselves go as deep as the value does.
      if (error instanceof RangeError) return 'the value nests too deep to be validated'
      throw error
    }
    const [error] = validate.errors ?? []
    const where = error?.instancePath ? `the value at ${error.instancePath}` : 'the value'
    return `${where} ${error?.message ?? 'does not fit its schema'}`
  }
}

function compile(draft: Draft, text: string, references: ReadonlyMap<string, string>) {
  try {
    const ajv = drafts[draft].make({
      ...lenient,
      validateSchema: false,
      // What a value inherits, such as `constructor`, is none of its properties.
      ownProperties: true,
      // A large definition that many refer to would become code at each of their places.
      inlineRefs: false,
      code: { regExp: Object.assign(patternOf, { code: 'patternOf' }) },
    })
    addFormats(ajv)
    withQuickUniqueItems(ajv)
    const root = plain(draft, text)
    // Some have an `id` of their own making, which ajv takes for that of draft 4.
    if (draft !== '4') ajv.removeKeyword('id')
    for (const [name, referenced] of references) {
      ajv.addSchema(plain(draft, referenced), address(root, name))
    }
    const validate = ajv.compile(root)
    if ('$async' in validate) throw new Error('$async is not supported')
    return validate
  } catch (cause) {
    const why = `it cannot be compiled (${cause instanceof Error ? cause.message : cause})`
    throw schemaError('invalid-schema', { type: 'JSON', where: '', why }, { cause })
  }
}

/** Without `$schema`, which names the draft in more ways than ajv knows, and `$defs` wherever they lie. */
function plain(draft: Draft, text: string): Record<string, unknown> {
  const whole = JSON.parse(text)
  const { $schema: _, ...schema } = isModern(draft) ? whole : loneReferences(whole)
  if (schema.definitions) schema.$defs = { ...schema.definitions, ...schema.$defs }
  return schema
}

/** Up to draft 7 nothing beside a `$ref` counts but what others refer to; ajv has it count. */
function loneReferences(node: unknown): Record<string, unknown> & { definitions?: object } {
  if (typeof node !== 'object' || node === null) return node as never
  if (Array.isArray(node)) return node.map(loneReferences) as never
  const isReference = '$ref' in node && typeof node.$ref === 'string'
  const kept = Object.entries(node).filter(([key]) => !isReference || besideReferences.has(key))
  return Object.fromEntries(
    kept.map(([key, value]) => [key, dataKeywords.has(key) ? value : loneReferences(value)]),
  )
}

const besideReferences = new Set(['$ref', '$id', 'id', 'definitions', '$defs'])

/** References are named beside the schema that refers to them. */
function address(root: Readonly<Record<string, unknown>>, name: string): string {
  const id = root.$id ?? root.id
  return typeof id === 'string' && URL.canParse(name, id) ? new URL(name, id).href : name
}

/** @throws SyntaxError for a pattern that could take for ever, or means something else without Unicode. */
function patternOf(source: string): RegExp {
  if (/\\[pP]\{|\\u\{/.test(source)) {
    throw new SyntaxError(`/${source}/: \\p{…} and \\u{…} cannot be matched safely`)
  }
  return linearPattern(source)
}
