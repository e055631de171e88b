/** What Avro's rules of resolution say about two types, for those who compare and those who read. */
import {
  type AvroType,
  type Field,
  isNamed,
  type NamedType,
  type PrimitiveKind,
  type RecordType,
  type UnionType,
} from './model.ts'

const promotions: Partial<Readonly<Record<PrimitiveKind, readonly AvroType['kind'][]>>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
}

/** Whether a value of the one kind can be read as the other. */
export function isPromotion(writer: AvroType['kind'], reader: AvroType['kind']): boolean {
  return promotions[writer as PrimitiveKind]?.includes(reader) ?? false
}

/** The same short name is enough, as in Java; else an alias of the reader's must name the writer's. */
export function isSameName(reader: NamedType, writer: NamedType): boolean {
  return reader.name.simple === writer.name.simple || isAlias(reader, writer)
}

/** The reader's field that takes each of the writer's fields: by its name, else by an alias of the reader's. */
export function readerFields(reader: RecordType, writer: RecordType): Map<Field, Field> {
  const written = new Map(writer.fields.map((field) => [field.name, field]))
  const matches = new Map<Field, Field>()
  for (const field of reader.fields) {
    const match = [field.name, ...field.aliases].map((name) => written.get(name)).find(Boolean)
    if (match !== undefined && !matches.has(match)) matches.set(match, field)
  }
  return matches
}

/**
 * The branch of the reader's union that takes what was written as this type: the same name first, then
 * a record that looks the same, then a promotion.
 */
export function matchingBranch({ branches }: UnionType, writer: AvroType): AvroType | undefined {
  const sameKind = branches.filter(({ kind }) => kind === writer.kind)
  if (!isNamed(writer)) {
    return sameKind[0] ?? branches.find(({ kind }) => isPromotion(writer.kind, kind))
  }
  const named = sameKind.filter(isNamed)
  return (
    named.find(({ name }) => name.full === writer.name.full) ??
    named.find((branch) => isAlias(branch, writer)) ??
    named.find((branch) => isSameName(branch, writer)) ??
    named.find((branch) => looksLike(branch, writer))
  )
}

function isAlias(reader: NamedType, writer: NamedType): boolean {
  return reader.aliases.some(({ full }) => full === writer.name.full)
}

/** Whether each field of the reader's record can be had from the writer's, as far as their kinds tell. */
function looksLike(reader: NamedType, writer: NamedType): boolean {
  if (reader.kind !== 'record' || writer.kind !== 'record') return false
  const matches = new Map([...readerFields(reader, writer)].map(([from, to]) => [to, from]))
  return reader.fields.every((field) => {
    const written = matches.get(field)
    return written === undefined
      ? field.default !== undefined
      : isReadable(field.type, written.type)
  })
}

function isReadable(reader: AvroType, writer: AvroType): boolean {
  if (writer.kind === 'union') return true
  if (reader.kind === 'union') return matchingKind(reader, writer)
  if (reader.kind !== writer.kind) return isPromotion(writer.kind, reader.kind)
  if (reader.kind === 'fixed' && writer.kind === 'fixed') {
    return isSameName(reader, writer) && reader.sizeBytes === writer.sizeBytes
  }
  return reader.kind !== 'enum' || writer.kind !== 'enum' || isSameName(reader, writer)
}

function matchingKind({ branches }: UnionType, writer: AvroType): boolean {
  return branches.some(({ kind }) => kind === writer.kind || isPromotion(writer.kind, kind))
}
