import { invalidSchema } from '../errors.ts'
import { limits } from '../limits.ts'
import {
  type ExtendElement,
  type FieldElement,
  type FileElement,
  type GroupElement,
  isMapEntry,
  type MessageElement,
  type TypeElement,
} from '../text/elements.ts'
import { type Features, fileFeatures, withOptions } from './features.ts'
import { linkFields } from './link-fields.ts'
import type { LinkedFile, LinkedMessage, LinkedType } from './model.ts'

export interface Extension {
  readonly fullName: string
  readonly field: FieldElement
  /** The message it adds a field to, and where both names are looked for. */
  readonly extended: string
  readonly scope: string
  readonly features: Features
  readonly file: LinkedFile
}

/** All names of a schema and of the files it refers to. */
export class Symbols {
  readonly #types = new Map<string, LinkedType>()
  readonly #extensions = new Map<string, Extension>()
  readonly #names = new Set<string>()
  #byExtended: ReadonlyMap<LinkedType | undefined, readonly Extension[]> | undefined

  /** Files are added before those that need them; throws `invalid-schema` for a name that is there. */
  add(name: string, element: FileElement): LinkedFile {
    const file: LinkedFile = { name, package: element.package }
    const features = fileFeatures(element)
    this.#addTypes(element.types, element.package, features, file)
    this.#addExtensions(element.extends, element.package, features, file)
    for (const service of element.services) this.#claim(join(element.package, service.name))
    return file
  }

  /** Whether a name that this file defines is there already. */
  hasAnyOf(file: FileElement): boolean {
    const extensions = file.extends.flatMap(({ fields }) => fields)
    return [...file.types, ...extensions, ...file.services].some(({ name }) =>
      this.#names.has(join(file.package, name)),
    )
  }

  get types(): Iterable<LinkedType> {
    return this.#types.values()
  }

  get extensions(): Iterable<Extension> {
    return this.#extensions.values()
  }

  type(fullName: string): LinkedType | undefined {
    return this.#types.get(fullName)
  }

  /** What a name stands for where it is written inside of `scope`: the innermost one wins. */
  resolveType(name: string, scope: string): LinkedType | undefined {
    return resolve(this.#types, name, scope)
  }

  resolveExtension(name: string, scope: string): Extension | undefined {
    return resolve(this.#extensions, name, scope)
  }

  /** To be asked once all files are there. */
  extensionsOf(message: LinkedMessage): readonly Extension[] {
    this.#byExtended ??= Map.groupBy(this.#extensions.values(), ({ extended, scope }) =>
      this.resolveType(extended, scope),
    )
    return this.#byExtended.get(message) ?? []
  }

  #addTypes(types: readonly TypeElement[], scope: string, outer: Features, file: LinkedFile): void {
    for (const element of types) {
      const fullName = this.#claim(join(scope, element.name))
      if (this.#types.size >= limits.mostTypes) {
        throw invalidSchema(`it has more than ${limits.mostTypes} types, imported ones included`)
      }
      if (element.kind === 'message') {
        this.#addMessage(element, fullName, outer, file)
      } else {
        this.#types.set(fullName, { kind: 'enum', fullName, file, element })
        for (const constant of element.constants) this.#claim(join(scope, constant.name))
      }
    }
  }

  #addMessage(element: MessageElement, fullName: string, outer: Features, file: LinkedFile): void {
    this.#types.set(fullName, this.#message(element, fullName, outer, file))
    const features = withOptions(outer, element.options)
    this.#addTypes(element.types, fullName, features, file)
    this.#addTypes(
      groupsOf(element).map(({ message }) => message),
      fullName,
      features,
      file,
    )
    this.#addExtensions(element.extends, fullName, features, file)
  }

  #message(
    element: MessageElement,
    fullName: string,
    outer: Features,
    file: LinkedFile,
  ): LinkedMessage {
    const symbols = this
    const features = withOptions(outer, element.options)
    let fields: LinkedMessage['fields'] | undefined
    return {
      kind: 'message',
      fullName,
      file,
      element,
      isMapEntry: isMapEntry(element),
      features,
      // Once they are asked for: by then all files are there.
      get fields() {
        fields ??= linkFields(this, symbols)
        return fields
      },
    }
  }

  #addExtensions(
    extensions: readonly ExtendElement[],
    scope: string,
    features: Features,
    file: LinkedFile,
  ): void {
    for (const { name: extended, fields } of extensions) {
      for (const field of fields) {
        const fullName = this.#claim(join(scope, field.name))
        this.#extensions.set(fullName, { fullName, field, extended, scope, features, file })
      }
    }
  }

  #claim(fullName: string): string {
    if (this.#names.has(fullName)) throw invalidSchema(`'${fullName}' is defined twice`)
    this.#names.add(fullName)
    return fullName
  }
}

/** The groups of a message, those of oneofs too. */
function groupsOf(message: MessageElement): GroupElement[] {
  return [...message.groups, ...message.oneofs.flatMap(({ groups }) => groups)]
}

export function join(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`
}

function resolve<Found>(
  found: ReadonlyMap<string, Found>,
  name: string,
  scope: string,
): Found | undefined {
  if (name.startsWith('.')) return found.get(name.slice(1))
  for (
    let inner = scope;
    inner !== '';
    inner = inner.slice(0, Math.max(0, inner.lastIndexOf('.')))
  ) {
    const here = found.get(`${inner}.${name}`)
    if (here !== undefined) return here
  }
  return found.get(name)
}
