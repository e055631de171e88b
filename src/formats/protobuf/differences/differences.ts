import type { Loaded } from '../linked/load.ts'
import type { LinkedMessage } from '../linked/model.ts'
import type { EnumElement, MessageElement, TypeElement } from '../text/elements.ts'
import { isMapEntry } from '../text/elements.ts'
import type { Difference, DifferenceType } from './difference.ts'
import { isCompatible } from './difference.ts'
import { compareFields } from './fields.ts'

/** What changed from one schema to the next, as Confluent's registry tells changes apart. */
export function differences(original: Loaded, update: Loaded): readonly Difference[] {
  const comparison = new Comparison(original, update)
  if (original.element.package !== update.element.package) comparison.add('PACKAGE_CHANGED')
  comparison.types(original.element.types, update.element.types)
  return comparison.found
}

/** One walk over two schemas at once. */
export class Comparison {
  readonly original: Loaded
  readonly update: Loaded
  readonly found: Difference[] = []
  #path: readonly string[] = []
  /** Full names in both schemas of the messages that fields here mean. */
  #scopes: Scopes
  /** Messages of other files that were compared, or are just now, and whether they are compatible. */
  readonly #referred: Map<MessageElement, boolean>

  constructor(original: Loaded, update: Loaded, referred = new Map<MessageElement, boolean>()) {
    this.original = original
    this.update = update
    this.#scopes = { original: original.element.package, update: update.element.package }
    this.#referred = referred
  }

  get scopes(): Scopes {
    return this.#scopes
  }

  add(type: DifferenceType): void {
    this.found.push({ type, path: `#/${this.#path.join('/')}` })
  }

  at(step: string, compare: () => void): void {
    const outer = this.#path
    this.#path = [...outer, step]
    compare()
    this.#path = outer
  }

  /** The types of a file or of a message. */
  types(original: readonly TypeElement[], update: readonly TypeElement[]): void {
    const before = byName(original)
    const now = byName(update)
    for (const name of new Set([...before.messages.keys(), ...now.messages.keys()])) {
      const one = before.messages.get(name)
      const other = now.messages.get(name)
      this.#named(name, () => {
        if (other === undefined) {
          if (one !== undefined && !isMapEntry(one.message)) this.add('MESSAGE_REMOVED')
        } else if (one === undefined) {
          if (!isMapEntry(other.message)) this.add('MESSAGE_ADDED')
        } else {
          this.message(one.message, other.message)
          if (one.index !== other.index) this.add('MESSAGE_MOVED')
        }
      })
    }
    for (const name of new Set([...before.enums.keys(), ...now.enums.keys()])) {
      this.#named(name, () => this.#enum(before.enums.get(name), now.enums.get(name)))
    }
  }

  message(original: MessageElement, update: MessageElement): void {
    compareFields(this, original, update)
    this.types(original.types, update.types)
  }

  /**
   * Two messages of other files that fields refer to, which are themselves no part of the walk.
   * Whether they are compatible is the answer; what they differ in is added once.
   */
  referred(original: LinkedMessage, update: LinkedMessage, localName: string): boolean {
    const known = this.#referred.get(original.element)
    if (known !== undefined) return known
    this.#referred.set(original.element, true)
    const inner = new Comparison(this.original, this.update, this.#referred)
    inner.#scopes = { original: original.fullName, update: update.fullName }
    inner.#path = localName.split('.')
    inner.message(original.element, update.element)
    this.found.push(...inner.found)
    const answer = inner.found.every(isCompatible)
    this.#referred.set(original.element, answer)
    return answer
  }

  #named(name: string, compare: () => void): void {
    const outer = this.#scopes
    const within = (scope: string) => (scope === '' ? name : `${scope}.${name}`)
    this.#scopes = { original: within(outer.original), update: within(outer.update) }
    this.at(name, compare)
    this.#scopes = outer
  }

  #enum(original: EnumElement | undefined, update: EnumElement | undefined): void {
    if (original === undefined || update === undefined) {
      this.add(update === undefined ? 'ENUM_REMOVED' : 'ENUM_ADDED')
      return
    }
    const before = new Map(original.constants.map(({ name, number }) => [number, name]))
    const now = new Map(update.constants.map(({ name, number }) => [number, name]))
    for (const number of new Set([...before.keys(), ...now.keys()])) {
      this.at(String(number), () => {
        if (!now.has(number)) this.add('ENUM_CONST_REMOVED')
        else if (!before.has(number)) this.add('ENUM_CONST_ADDED')
        else if (before.get(number) !== now.get(number)) this.add('ENUM_CONST_CHANGED')
      })
    }
  }
}

export interface Scopes {
  readonly original: string
  readonly update: string
}

function byName(types: readonly TypeElement[]) {
  const messages = types.filter((type) => type.kind === 'message')
  const enums = types.filter((type) => type.kind === 'enum')
  return {
    messages: new Map(messages.map((message, index) => [message.name, { message, index }])),
    enums: new Map(enums.map((type) => [type.name, type])),
  }
}
