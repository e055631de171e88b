/**
 * Whether a reader's schema can read what a writer's schema wrote: Avro's rules of resolution, checked
 * and located as Avro for Java does (SchemaCompatibility) and told in the words of Confluent's registry.
 */
import { compareText } from '../schemas/json-tree.ts'
import type {
  AvroType,
  EnumType,
  Field,
  FixedType,
  NamedType,
  RecordType,
  UnionType,
} from './model.ts'
import { printType } from './print.ts'
import { isPromotion, isSameName } from './resolution-rules.ts'

/** Records that hold each other several times repeat what is wrong with them at every place. */
const mostIncompatibilities = 1000
/** Two cycles of types pair up to paths as long as the product of their lengths. */
const deepestPairs = 400
const mostPairs = 100_000

/** Each has a %s for the reader's schema and then one for the writer's. */
export function incompatibilitiesOf(reader: AvroType, writer: AvroType): string[] {
  try {
    return new Checker()
      .check(reader, writer, [])
      .map((found) => told(found))
      .slice(0, mostIncompatibilities)
  } catch (error) {
    if (!(error instanceof Incomparable)) throw error
    return [`Unexpected exception during compatibility check: ${error.message}`]
  }
}

const descriptions = {
  FIXED_SIZE_MISMATCH: ({ path }: Incompatibility) =>
    `The size of FIXED type field at path '${path}' in the %s schema does not match with the %s schema`,
  TYPE_MISMATCH: ({ path }: Incompatibility) =>
    `The type (path '${path}') of a field in the %s schema does not match with the %s schema`,
  NAME_MISMATCH: ({ path }: Incompatibility) =>
    `The name of the schema has changed (path '${path}')`,
  MISSING_ENUM_SYMBOLS: ({ path, message }: Incompatibility) =>
    `The %s schema is missing enum symbols '${message}' at path '${path}' in the %s schema`,
  MISSING_UNION_BRANCH: ({ path }: Incompatibility) =>
    `The %s schema is missing a type inside a union field at path '${path}' in the %s schema`,
  READER_FIELD_MISSING_DEFAULT_VALUE: ({ path, message }: Incompatibility) =>
    `The field '${message}' at path '${path}' in the %s schema has no default value and is missing in the %s schema`,
}

interface Incompatibility {
  readonly type: keyof typeof descriptions
  readonly message: string
  readonly path: string
}

function told(found: Incompatibility): string {
  const description = descriptions[found.type](found)
  return `{errorType:'${found.type}', description:'${description}', additionalInfo:'${found.message}'}`
}

class Incomparable extends Error {}

type Steps = readonly (string | number)[]
type Found = readonly Incompatibility[]

const none: Found = []

class Checker {
  /** What each pair came to; a pair that is being checked counts as compatible until it is not. */
  readonly #checked = new Map<AvroType, Map<AvroType, Found>>()
  #depth = 0
  #pairs = 0

  check(reader: AvroType, writer: AvroType, steps: Steps): Found {
    const ofReader = this.#checked.get(reader) ?? new Map<AvroType, Found>()
    this.#checked.set(reader, ofReader)
    const known = ofReader.get(writer)
    if (known !== undefined) return known
    this.#depth += 1
    this.#pairs += 1
    if (this.#depth > deepestPairs || this.#pairs > mostPairs) {
      throw new Incomparable('the schemas are too large to be compared')
    }
    ofReader.set(writer, none)
    const found = this.#compare(reader, writer, steps).slice(0, mostIncompatibilities)
    ofReader.set(writer, found)
    this.#depth -= 1
    return found
  }

  #compare(reader: AvroType, writer: AvroType, steps: Steps): Found {
    if (reader.kind === 'union') return this.#readerUnion(reader, writer, steps)
    if (writer.kind === 'union') {
      return writer.branches.flatMap((branch, index) =>
        this.check(reader, branch, [...steps, index]),
      )
    }
    if (reader.kind === 'array' && writer.kind === 'array') {
      return this.check(reader.items, writer.items, [...steps, 'items'])
    }
    if (reader.kind === 'map' && writer.kind === 'map') {
      return this.check(reader.values, writer.values, [...steps, 'values'])
    }
    if (reader.kind === 'fixed' && writer.kind === 'fixed') {
      return [...names(reader, writer, steps), ...sizes(reader, writer, steps)]
    }
    if (reader.kind === 'enum' && writer.kind === 'enum') {
      return [...names(reader, writer, steps), ...symbols(reader, writer, steps)]
    }
    if (reader.kind === 'record' && writer.kind === 'record') {
      return [...names(reader, writer, steps), ...this.#fields(reader, writer, steps)]
    }
    if (reader.kind === writer.kind || isPromotion(writer.kind, reader.kind)) return none
    const message = `reader type: ${upper(reader)} not compatible with writer type: ${upper(writer)}`
    return [incompatibility('TYPE_MISMATCH', message, steps)]
  }

  #readerUnion(reader: UnionType, writer: AvroType, steps: Steps): Found {
    if (writer.kind === 'union') {
      return writer.branches.flatMap((branch, index) =>
        this.check(reader, branch, []).length === 0 ? none : lacking(branch, [...steps, index]),
      )
    }
    const fits = reader.branches.some((branch) => this.check(branch, writer, []).length === 0)
    return fits ? none : lacking(writer, steps)
  }

  #fields(reader: RecordType, writer: RecordType, steps: Steps): Found {
    const writerFields = new Map(writer.fields.map((field) => [field.name, field]))
    return reader.fields.flatMap((field, index) => {
      const itsSteps = [...steps, 'fields', index]
      const written = [field.name, ...field.aliases]
        .map((name) => writerFields.get(name))
        .filter((found) => found !== undefined)
      if (written.length > 1) throw new Incomparable(ambiguous(field, index, writer))
      const [match] = written
      if (match !== undefined) return this.check(field.type, match.type, [...itsSteps, 'type'])
      if (field.default !== undefined) return none
      if (field.type.kind === 'enum' && field.type.default !== undefined) {
        return this.check(field.type, writer, [...itsSteps, 'type'])
      }
      return [incompatibility('READER_FIELD_MISSING_DEFAULT_VALUE', field.name, itsSteps)]
    })
  }
}

function names(reader: NamedType, writer: NamedType, steps: Steps): Found {
  if (isSameName(reader, writer)) return none
  return [incompatibility('NAME_MISMATCH', `expected: ${writer.name.full}`, [...steps, 'name'])]
}

function sizes(reader: FixedType, writer: FixedType, steps: Steps): Found {
  if (reader.sizeBytes === writer.sizeBytes) return none
  const message = `expected: ${writer.sizeBytes}, found: ${reader.sizeBytes}`
  return [incompatibility('FIXED_SIZE_MISMATCH', message, [...steps, 'size'])]
}

function symbols(reader: EnumType, writer: EnumType, steps: Steps): Found {
  const known = new Set(reader.symbols)
  const missing = writer.symbols.filter((symbol) => !known.has(symbol)).sort(compareText)
  if (missing.length === 0 || reader.default !== undefined) return none
  const message = `[${missing.join(', ')}]`
  return [incompatibility('MISSING_ENUM_SYMBOLS', message, [...steps, 'symbols'])]
}

function lacking(writer: AvroType, steps: Steps): Found {
  const message = `reader union lacking writer type: ${upper(writer)}`
  return [incompatibility('MISSING_UNION_BRANCH', message, steps)]
}

function ambiguous({ name, type }: Field, index: number, writer: RecordType): string {
  const field = `${name} type:${upper(type)} pos:${index}`
  return `Reader record field ${field} matches multiple fields in writer record schema ${printType(writer)}`
}

function incompatibility(
  type: Incompatibility['type'],
  message: string,
  steps: Steps,
): Incompatibility {
  return { type, message, path: `/${steps.join('/')}` }
}

/** The name of its kind as Java prints it. */
function upper({ kind }: AvroType): string {
  return kind.toUpperCase()
}
