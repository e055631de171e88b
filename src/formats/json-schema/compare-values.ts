/** Strings, numbers, lists of values, and the limits that all kinds have. */
import { JsonNumber, type JsonObject } from '../schemas/json-tree.ts'
import { type Difference, type DifferenceType, difference } from './differences.ts'
import { numberOf } from './load-shape.ts'
import type { EnumShape, NumberShape } from './shapes.ts'

type LimitName = 'LENGTH' | 'PROPERTIES' | 'ITEMS' | 'CONTAINS'

/** `maxLength` may not become less, `minLength` not more, and neither may be new. */
export function compareLimits(
  name: LimitName,
  keywords: { readonly least: string; readonly most: string },
  original: { readonly least: number | undefined; readonly most: number | undefined },
  update: { readonly least: number | undefined; readonly most: number | undefined },
): Difference[] {
  return [
    ...compareMost(`MAX_${name}`, keywords.most, original.most, update.most),
    ...compareLeast(`MIN_${name}`, keywords.least, original.least, update.least),
  ]
}

type MostName = `MAX_${LimitName}` | 'MAXIMUM' | 'EXCLUSIVE_MAXIMUM'
type LeastName = `MIN_${LimitName}` | 'MINIMUM' | 'EXCLUSIVE_MINIMUM'

function compareMost(
  name: MostName,
  keyword: string,
  original: number | undefined,
  update: number | undefined,
): Difference[] {
  if (update === undefined) return []
  if (original === undefined) return difference(`${name}_ADDED`, keyword)
  return update < original ? difference(`${name}_DECREASED`, keyword) : []
}

function compareLeast(
  name: LeastName,
  keyword: string,
  original: number | undefined,
  update: number | undefined,
): Difference[] {
  if (update === undefined) return []
  if (original === undefined) return difference(`${name}_ADDED`, keyword)
  return update > original ? difference(`${name}_INCREASED`, keyword) : []
}

/** The two limits that a schema has under these keywords. */
export function limitsOf(node: JsonObject, keywords: { least: string; most: string }) {
  return { least: numberOf(node, keywords.least), most: numberOf(node, keywords.most) }
}

const lengths = { least: 'minLength', most: 'maxLength' }

export function compareStrings(original: JsonObject, update: JsonObject): Difference[] {
  const before = original.get('pattern')
  const now = update.get('pattern')
  return [
    ...compareLimits('LENGTH', lengths, limitsOf(original, lengths), limitsOf(update, lengths)),
    ...(now === undefined || now === before
      ? []
      : difference(before === undefined ? 'PATTERN_ADDED' : 'PATTERN_CHANGED', 'pattern')),
  ]
}

export function compareNumbers(original: NumberShape, update: NumberShape): Difference[] {
  const limit = (node: JsonObject, key: string) => numberOf(node, key)
  const [before, now] = [original.node, update.node]
  const most = (name: MostName, key: string) =>
    compareMost(name, key, limit(before, key), limit(now, key))
  const least = (name: LeastName, key: string) =>
    compareLeast(name, key, limit(before, key), limit(now, key))
  return [
    ...most('MAXIMUM', 'maximum'),
    ...least('MINIMUM', 'minimum'),
    ...most('EXCLUSIVE_MAXIMUM', 'exclusiveMaximum'),
    ...least('EXCLUSIVE_MINIMUM', 'exclusiveMinimum'),
    ...compareMultiples(before.get('multipleOf'), now.get('multipleOf')),
    ...(update.isWhole && !original.isWhole ? difference('TYPE_NARROWED') : []),
  ]
}

function compareMultiples(original: unknown, update: unknown): Difference[] {
  if (!(update instanceof JsonNumber)) return []
  const type = multipleChange(original instanceof JsonNumber ? original : undefined, update)
  return type === undefined ? [] : difference(type, 'multipleOf')
}

function multipleChange(
  original: JsonNumber | undefined,
  update: JsonNumber,
): DifferenceType | undefined {
  if (original === undefined) return 'MULTIPLE_OF_ADDED'
  const [before, now] = sameScale(original, update)
  if (before === now) return undefined
  if (before !== 0n && now % before === 0n) return 'MULTIPLE_OF_EXPANDED'
  return now !== 0n && before % now === 0n ? undefined : 'MULTIPLE_OF_CHANGED'
}

/** Both as whole numbers of the smaller's last decimal place, so that 0.3 is three times 0.1. */
function sameScale(one: JsonNumber, other: JsonNumber): [bigint, bigint] {
  const [first, second] = [decimalOf(one), decimalOf(other)]
  const exponent = Math.min(first.exponent, second.exponent)
  const scaled = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent)
  return [scaled(first), scaled(second)]
}

interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

function decimalOf({ value }: JsonNumber): Decimal {
  if (typeof value === 'bigint') return { digits: value, exponent: 0 }
  if (!Number.isFinite(value)) return { digits: 0n, exponent: 0 }
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

export function compareEnums(original: EnumShape, update: EnumShape): Difference[] {
  if (isWithin(original.values, update.values)) return []
  const isNarrower = original.kind === 'enum' && isWithin(update.values, original.values)
  return difference(isNarrower ? 'ENUM_ARRAY_NARROWED' : 'ENUM_ARRAY_CHANGED', original.kind)
}

export function isWithin(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  return [...inner].every((item) => outer.has(item))
}
