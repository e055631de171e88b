import { linkField } from '../linked/link-fields.ts'
import type { FieldType, LinkedField } from '../linked/model.ts'
import { decimal } from '../text/decimal.ts'
import type { OptionElement, OptionValue } from '../text/elements.ts'
import { compare, type Scope } from './scope.ts'

/** By name, those of extensions in full; the parts of one extension's message in one. */
export function normalizedOptions(
  options: readonly OptionElement[],
  scope: Scope,
): readonly OptionElement[] {
  if (options.length === 0) return options
  const named = options
    .map((option) => inFull(option, scope))
    .sort(({ option: one }, { option: other }) => compare(one.name, other.name))
  const groups = Map.groupBy(named, ({ option }) => `${option.parenthesized} ${option.name}`)
  return [...groups.values()].flatMap((found) => {
    const field = found[0]?.field
    const said = found.map(({ option }) => option)
    const last = said.at(-1)
    if (field === undefined || field.repeated || last === undefined) return said
    return [
      {
        ...last,
        value: merged(
          said.map(({ value }) => value),
          field.type,
        ),
      },
    ]
  })
}

interface Named {
  readonly option: OptionElement
  /** Of an option that is an extension which the schema knows. */
  readonly field: LinkedField | undefined
}

function inFull(option: OptionElement, { symbols, name: scope }: Scope): Named {
  const extension = option.parenthesized ? symbols.resolveExtension(option.name, scope) : undefined
  if (extension === undefined) {
    return { option: { ...option, value: normalizedValue(option.value) }, field: undefined }
  }
  const { fullName, field, scope: defined, features } = extension
  const value = normalizedValue(asMap(option.value))
  const linked = linkField(field, {
    symbols,
    scope: defined,
    features,
    name: fullName,
    oneof: undefined,
  })
  return { option: { ...option, name: fullName, value }, field: linked }
}

/** What several statements say of one message; of a plain value the last one counts. */
function merged(values: readonly OptionValue[], type: FieldType): OptionValue {
  const maps = values.filter((value) => value.kind === 'map')
  if (maps.length < values.length) return values.at(-1) as OptionValue
  const byKey = Map.groupBy(
    maps.flatMap(({ entries }) => [...entries]),
    ([key]) => key,
  )
  const fields = type.kind === 'message' ? type.fields : []
  const entries = [...byKey].map(([key, found]): [string, OptionValue] => {
    const said = found.map(([, value]) => value)
    const [first] = said
    if (first !== undefined && said.length === 1) return [key, first]
    const field = fields.find(({ name }) => name === key)
    const isSingle = field !== undefined && !field.repeated && field.mapKey === undefined
    return isSingle
      ? [key, merged(said, field.type)]
      : [key, { kind: 'list', items: said.flatMap(itemsOf) }]
  })
  return { kind: 'map', entries: sorted(new Map(entries)) }
}

function itemsOf(value: OptionValue): readonly OptionValue[] {
  return value.kind === 'list' ? value.items : [value]
}

/** `(name).part = 1` says the same as `(name) = { part: 1 }`. */
function asMap(value: OptionValue): OptionValue {
  if (value.kind !== 'option') return value
  const { name, parenthesized, value: inner } = value.option
  return { kind: 'map', entries: new Map([[parenthesized ? `[${name}]` : name, asMap(inner)]]) }
}

function normalizedValue(value: OptionValue): OptionValue {
  switch (value.kind) {
    case 'number':
      return { kind: 'number', text: decimal(value.text) }
    case 'option':
      return {
        kind: 'option',
        option: { ...value.option, value: normalizedValue(value.option.value) },
      }
    case 'map': {
      const entries = [...value.entries]
        .filter(([, entry]) => entry.kind !== 'list' || entry.items.length > 0)
        .map(([key, entry]) => [key, normalizedValue(entry)] as const)
      return { kind: 'map', entries: sorted(new Map(entries)) }
    }
    case 'list': {
      const items = value.items.map((item) => normalizedValue(item))
      const [first] = items
      return first !== undefined && items.length === 1 ? first : { kind: 'list', items }
    }
    default:
      return value
  }
}

function sorted(entries: ReadonlyMap<string, OptionValue>): ReadonlyMap<string, OptionValue> {
  return new Map([...entries].sort(([one], [other]) => compare(one, other)))
}
