import { isScalarName, type LinkedMessage, type ScalarName } from '../linked/model.ts'
import type { Symbols } from '../linked/symbols.ts'
import type { FieldElement, Label } from '../text/elements.ts'
import type { Comparison } from './differences.ts'

/** Kinds whose values are read by one another; see "Updating a message type" of Protobuf's guide. */
const scalarKinds: Readonly<Record<ScalarName, string>> = {
  int32: 'general number',
  int64: 'general number',
  uint32: 'general number',
  uint64: 'general number',
  bool: 'general number',
  sint32: 'signed number',
  sint64: 'signed number',
  string: 'string or bytes',
  bytes: 'string or bytes',
  fixed32: 'fixed32',
  sfixed32: 'fixed32',
  fixed64: 'fixed64',
  sfixed64: 'fixed64',
  float: 'float',
  double: 'double',
}

export function compareTypes(
  comparison: Comparison,
  original: FieldElement,
  update: FieldElement,
): void {
  const { scopes } = comparison
  compareUses(
    comparison,
    useOf(original, comparison.original.symbols, scopes.original),
    useOf(update, comparison.update.symbols, scopes.update),
  )
}

/** What a field holds, as far as changes of it are told apart. */
type Use =
  | { readonly kind: 'SCALAR'; readonly scalar: string; readonly label: Label | undefined }
  | { readonly kind: 'MESSAGE'; readonly message: LinkedMessage }
  | { readonly kind: 'MAP'; readonly key: Use; readonly value: Use }

function useOf(field: FieldElement, symbols: Symbols, scope: string): Use {
  const { label, type, mapKey } = field
  if (mapKey !== undefined) return mapOf(mapKey, type, symbols, scope)
  const found = isScalarName(type) ? undefined : symbols.resolveType(type, scope)
  if (found?.kind === 'message' && found.isMapEntry) {
    const [key, value] = [1, 2].map((number) =>
      found.element.fields.find((one) => one.number === number),
    )
    if (key !== undefined && value !== undefined) {
      return mapOf(key.type, value.type, symbols, found.fullName)
    }
  }
  return single(type, label, symbols, scope)
}

function mapOf(key: string, value: string, symbols: Symbols, scope: string): Use {
  return {
    kind: 'MAP',
    key: single(key, undefined, symbols, scope),
    value: single(value, undefined, symbols, scope),
  }
}

function single(type: string, label: Label | undefined, symbols: Symbols, scope: string): Use {
  if (isScalarName(type)) return { kind: 'SCALAR', scalar: scalarKinds[type], label }
  const found = symbols.resolveType(type, scope)
  if (found?.kind !== 'message') return { kind: 'SCALAR', scalar: 'general number', label }
  return { kind: 'MESSAGE', message: found }
}

function compareUses(comparison: Comparison, original: Use, update: Use): void {
  if (original.kind === 'SCALAR' && update.kind === 'SCALAR') {
    if (original.scalar !== update.scalar) comparison.add('FIELD_SCALAR_KIND_CHANGED')
    else compareLabels(comparison, original.scalar, original.label, update.label)
  } else if (original.kind === 'MESSAGE' && update.kind === 'MESSAGE') {
    compareMessages(comparison, original.message, update.message)
  } else if (original.kind === 'MAP' && update.kind === 'MAP') {
    compareUses(comparison, original.key, update.key)
    compareUses(comparison, original.value, update.value)
  } else {
    comparison.add('FIELD_KIND_CHANGED')
  }
}

/** A field without a label, as most of proto3, differs from none. */
function compareLabels(
  comparison: Comparison,
  scalar: string,
  original: Label | undefined,
  update: Label | undefined,
): void {
  if (original === undefined || update === undefined || original === update) return
  comparison.add(
    scalar === 'string or bytes'
      ? 'FIELD_STRING_OR_BYTES_LABEL_CHANGED'
      : 'FIELD_NUMERIC_LABEL_CHANGED',
  )
}

/** By their names inside of their packages; those of other files by what they hold, too. */
function compareMessages(
  comparison: Comparison,
  original: LinkedMessage,
  update: LinkedMessage,
): void {
  const name = localName(original)
  if (name !== localName(update)) {
    comparison.add('FIELD_NAMED_TYPE_CHANGED')
    return
  }
  // Messages of the schemas' own files are compared where they stand.
  if (original.file.name === '' && update.file.name === '') return
  if (!comparison.referred(original, update, name)) comparison.add('FIELD_NAMED_TYPE_CHANGED')
}

function localName({ fullName, file }: LinkedMessage): string {
  return file.package === '' ? fullName : fullName.slice(file.package.length + 1)
}
