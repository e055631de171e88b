/**
 * Which branch of a union a value belongs to. By its kind, as Java's GenericData does; where several
 * branches take the kind, the narrowest does: an enum that has the symbol before a string, a fixed of
 * that size before bytes, an int before a long, the record with the most fields of the value. Of
 * records with the same fields it is the one whose fields take what is inside.
 */
import { getOwn } from '../../../base/own-property.ts'
import type { AvroType, RecordType, UnionType } from '../model.ts'
import { Misfit } from './misfit.ts'
import { isInt, isLong, isObject } from './value-kinds.ts'

/** The function throws a Misfit for a value that no branch takes. */
export function branchChooser({ branches }: UnionType): (value: unknown) => number {
  const places = new Map(branches.map((branch, index) => [branch, index]))
  const first = (kind: AvroType['kind']) => branches.findIndex((branch) => branch.kind === kind)
  const enums = branches.filter((branch) => branch.kind === 'enum')
  const fixed = branches.filter((branch) => branch.kind === 'fixed')
  const records = branches.filter((branch) => branch.kind === 'record')

  const byKind = {
    nothing: first('null'),
    boolean: first('boolean'),
    int: first('int'),
    long: first('long'),
    float: first('float'),
    double: first('double'),
    string: first('string'),
    bytes: first('bytes'),
    array: first('array'),
    map: first('map'),
  }

  return (value) => {
    const index = chosen(value)
    if (index < 0) throw new Misfit(`one of ${branches.map(described).join(', ')}`, value)
    return index
  }

  function chosen(value: unknown): number {
    switch (typeof value) {
      case 'undefined':
        return byKind.nothing
      case 'boolean':
        return byKind.boolean
      case 'bigint':
      case 'number':
        return firstOf(numeric(value))
      case 'string':
        return firstOf([
          placeOf(enums.find(({ symbols }) => symbols.includes(value))),
          byKind.string,
        ])
      default:
        return value === null ? byKind.nothing : chosenObject(value)
    }
  }

  /** What is decoded as a bigint was a long, and what is decoded as a number was none. */
  function numeric(value: number | bigint): number[] {
    const { int, long, double, float } = byKind
    if (typeof value === 'bigint') return isInt(value) ? [long, int] : [long]
    if (isInt(value) && !Object.is(value, -0)) return [int, long, double, float]
    return isLong(value) && !Object.is(value, -0) ? [long, double, float] : [double, float]
  }

  function chosenObject(value: unknown): number {
    if (Array.isArray(value)) return byKind.array
    if (value instanceof Uint8Array) {
      return firstOf([
        placeOf(fixed.find(({ sizeBytes }) => sizeBytes === value.length)),
        byKind.bytes,
      ])
    }
    if (!isObject(value)) return -1
    if (records.length === 0) return byKind.map
    if (records.length === 1 && byKind.map < 0) return placeOf(records[0])
    const best = bestFit(records, value)
    if (best === undefined) return byKind.map
    const isRecord = best.leftOver === 0 && (best.missing === 0 || Object.keys(value).length > 0)
    return isRecord || !fitsMap(value) ? placeOf(best.record) : byKind.map
  }

  function fitsMap(value: object): boolean {
    const map = branches[byKind.map]
    if (map?.kind !== 'map') return false
    return Object.values(value).every((item) => mayBe(map.values, item, undefined))
  }

  function placeOf(branch: AvroType | undefined): number {
    return branch === undefined ? -1 : (places.get(branch) ?? -1)
  }
}

function firstOf(places: readonly number[]): number {
  return places.find((place) => place >= 0) ?? -1
}

function described(branch: AvroType): string {
  return 'name' in branch ? branch.name.full : branch.kind
}

interface Fit {
  readonly record: RecordType
  /** Keys of the value that the record has no field for. */
  readonly leftOver: number
  /** Fields of the record that the value has no key for. */
  readonly missing: number
}

/** Of the records that the value has all needed fields for, the one that leaves over and misses least. */
function bestFit(records: readonly RecordType[], value: object): Fit | undefined {
  const keys = Object.keys(value).filter((key) => getOwn(value, key) !== undefined)
  let best: Fit | undefined
  let asGood: Fit[] = []
  for (const record of records) {
    const { fields } = record
    if (
      !fields.every(({ type, name, default: preset }) => mayBe(type, getOwn(value, name), preset))
    ) {
      continue
    }
    const names = new Set(fields.map(({ name }) => name))
    const known = keys.filter((key) => names.has(key)).length
    const fit = { record, leftOver: keys.length - known, missing: fields.length - known }
    if (best === undefined || isBetter(fit, best)) {
      best = fit
      asGood = [fit]
    } else if (!isBetter(best, fit)) asGood.push(fit)
  }
  if (asGood.length < 2) return best
  const steps = { left: mostSteps }
  return asGood.find(({ record }) => takes(record, value, steps)) ?? best
}

function isBetter(fit: Fit, than: Fit): boolean {
  return fit.leftOver === than.leftOver ? fit.missing < than.missing : fit.leftOver < than.leftOver
}

/** Unions within unions could be looked through for ever; what is not looked at is believed to fit. */
const mostSteps = 10_000

/** Whether the type takes the value with all that is inside, and gives it back as it is. */
function takes(type: AvroType, value: unknown, steps: { left: number }): boolean {
  if (steps.left-- <= 0) return true
  switch (type.kind) {
    case 'union':
      return type.branches.some((branch) => takes(branch, value, steps))
    case 'array':
      return Array.isArray(value) && value.every((item) => takes(type.items, item, steps))
    case 'map':
      return isObject(value) && Object.values(value).every((one) => takes(type.values, one, steps))
    case 'record':
      return (
        isObject(value) &&
        Object.keys(value).every((key) => type.fields.some(({ name }) => name === key)) &&
        type.fields.every((field) => takes(field.type, getOwn(value, field.name), steps))
      )
    case 'int':
      return typeof value === 'number' && isInt(value)
    case 'long':
      return typeof value === 'bigint' && isLong(value)
    default:
      return mayBe(type, value, undefined)
  }
}

/** Whether the value is of the type's kind; what is inside is looked at when it is written. */
function mayBe(type: AvroType, value: unknown, preset: unknown): boolean {
  if (value === undefined && preset !== undefined) return true
  switch (type.kind) {
    case 'union':
      return type.branches.some((branch) => mayBe(branch, value, undefined))
    case 'null':
      return value === undefined || value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
      return isInt(value)
    case 'long':
      return isLong(value)
    case 'float':
    case 'double':
      return typeof value === 'number'
    case 'string':
      return typeof value === 'string'
    case 'enum':
      return typeof value === 'string' && type.symbols.includes(value)
    case 'bytes':
      return value instanceof Uint8Array
    case 'fixed':
      return value instanceof Uint8Array && value.length === type.sizeBytes
    case 'array':
      return Array.isArray(value)
    case 'map':
    case 'record':
      return isObject(value)
  }
}
