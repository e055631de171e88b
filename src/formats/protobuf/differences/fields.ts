import type { FieldElement, MessageElement } from '../text/elements.ts'
import type { Comparison } from './differences.ts'
import { compareTypes } from './types.ts'

/**
 * The fields of two messages by their numbers, in whatever oneof they are: a field that changed its
 * oneof cannot hide that it changed its type.
 */
export function compareFields(
  comparison: Comparison,
  original: MessageElement,
  update: MessageElement,
): void {
  const before = membersOf(original)
  const now = membersOf(update)
  compareExclusions(comparison, before, update)
  compareOneofs(comparison, original, update)
  const deleted = deletedOneofs(original, update, now)
  const numbers = new Set([...before.keys(), ...now.keys()])
  for (const number of [...numbers].sort((one, other) => one - other)) {
    compareMembers(comparison, before.get(number), now.get(number), deleted)
  }
}

interface Member {
  readonly field: FieldElement
  readonly oneof: string | undefined
}

function membersOf(message: MessageElement): ReadonlyMap<number, Member> {
  return new Map(
    [
      ...message.fields.map((field) => ({ field, oneof: undefined })),
      ...message.oneofs.flatMap(({ name, fields }) =>
        fields.map((field) => ({ field, oneof: name })),
      ),
    ].map((member) => [member.field.number, member]),
  )
}

/** Fields that were free of each other and now exclude each other lose data that was written. */
function compareExclusions(
  comparison: Comparison,
  before: ReadonlyMap<number, Member>,
  update: MessageElement,
): void {
  for (const { name, fields } of update.oneofs) {
    const origins = fields.flatMap(({ number }) => before.get(number) ?? [])
    const free = origins.filter(({ oneof }) => oneof === undefined)
    const oneofs = new Set(origins.flatMap(({ oneof }) => oneof ?? []))
    if (free.length + oneofs.size <= 1) continue
    comparison.at(name, () => {
      comparison.add(
        free.length > 1 ? 'MULTIPLE_FIELDS_MOVED_TO_ONEOF' : 'FIELD_MOVED_TO_EXISTING_ONEOF',
      )
    })
  }
}

function compareOneofs(
  comparison: Comparison,
  original: MessageElement,
  update: MessageElement,
): void {
  const before = new Set(original.oneofs.map(({ name }) => name))
  const now = new Set(update.oneofs.map(({ name }) => name))
  for (const name of [...new Set([...before, ...now])].sort()) {
    if (before.has(name) && now.has(name)) continue
    comparison.at(name, () => comparison.add(now.has(name) ? 'ONEOF_ADDED' : 'ONEOF_REMOVED'))
  }
}

/** The oneofs of which nothing is left. */
function deletedOneofs(
  original: MessageElement,
  update: MessageElement,
  now: ReadonlyMap<number, Member>,
): ReadonlySet<string> {
  const kept = new Set(update.oneofs.map(({ name }) => name))
  const gone = original.oneofs.filter(
    ({ name, fields }) => !kept.has(name) && fields.every(({ number }) => !now.has(number)),
  )
  return new Set(gone.map(({ name }) => name))
}

function compareMembers(
  comparison: Comparison,
  before: Member | undefined,
  now: Member | undefined,
  deleted: ReadonlySet<string>,
): void {
  if (now === undefined) {
    if (before !== undefined) removed(comparison, before, deleted)
  } else if (before === undefined) {
    const isRequired = now.field.label === 'required'
    inside(comparison, now, () => {
      if (now.oneof !== undefined) comparison.add('ONEOF_FIELD_ADDED')
      else comparison.add(isRequired ? 'REQUIRED_FIELD_ADDED' : 'FIELD_ADDED')
    })
  } else {
    inside(comparison, now, () => {
      if (before.oneof !== undefined && now.oneof === undefined) {
        comparison.add('ONEOF_FIELD_MOVED_TO_TOP_LEVEL')
      }
      if (before.field.name !== now.field.name) comparison.add('FIELD_NAME_CHANGED')
      compareTypes(comparison, before.field, now.field)
    })
  }
}

function removed(comparison: Comparison, before: Member, deleted: ReadonlySet<string>): void {
  if (before.oneof !== undefined && deleted.has(before.oneof)) return
  const isRequired = before.field.label === 'required'
  inside(comparison, before, () => {
    if (before.oneof !== undefined) comparison.add('ONEOF_FIELD_REMOVED')
    else comparison.add(isRequired ? 'REQUIRED_FIELD_REMOVED' : 'FIELD_REMOVED')
  })
}

function inside(comparison: Comparison, { field, oneof }: Member, compare: () => void): void {
  const number = String(field.number)
  if (oneof === undefined) comparison.at(number, compare)
  else comparison.at(oneof, () => comparison.at(number, compare))
}
