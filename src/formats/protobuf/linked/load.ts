import { invalidSchema, unresolvedReference } from '../errors.ts'
import { knownFile } from '../known/index.ts'
import { limits } from '../limits.ts'
import type { FileElement } from '../text/elements.ts'
import { checkFile } from './check.ts'
import { Symbols } from './symbols.ts'

export interface Loaded {
  readonly element: FileElement
  readonly symbols: Symbols
  /** What it refers to, directly or not, those that others need first. */
  readonly imported: ReadonlyMap<string, FileElement>
}

/**
 * A schema with all that it refers to: what `references` hold, and what every registry knows. As in
 * Confluent's registry an import that is missing matters only if something of it is used.
 */
export function load(
  element: FileElement,
  fileOf: (path: string) => FileElement | undefined = knownFile,
): Loaded {
  const { imported, missing } = importedBy(element, fileOf)
  const symbols = new Symbols()
  for (const [name, file] of imported) symbols.add(name, file)
  symbols.add('', element)
  try {
    checkFile(element, symbols)
  } catch (error) {
    const [first] = missing
    throw first === undefined ? error : unresolvedReference(first, error)
  }
  return { element, symbols, imported }
}

function importedBy(element: FileElement, fileOf: (path: string) => FileElement | undefined) {
  const imported = new Map<string, FileElement>()
  const missing = new Set<string>()
  const open = new Set<string>()
  const visit = (file: FileElement) => {
    for (const { path } of file.imports) {
      if (open.has(path)) {
        throw invalidSchema(`'${path}' imports itself, directly or not`)
      }
      if (imported.has(path) || missing.has(path)) continue
      if (imported.size + open.size >= limits.mostFiles) {
        throw invalidSchema(`it refers to more than ${limits.mostFiles} files`)
      }
      const next = fileOf(path)
      if (next === undefined) {
        missing.add(path)
        continue
      }
      open.add(path)
      visit(next)
      open.delete(path)
      imported.set(path, next)
    }
  }
  visit(element)
  return { imported, missing }
}
