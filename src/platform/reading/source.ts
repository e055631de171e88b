/** A YAML file: its value, and where in its text everything stands. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { systemCode } from '../../base/errors.ts'
import type { Path } from '../../base/settings.ts'
import { platformError } from '../errors.ts'

export class Source {
  readonly file: string
  /** What relative paths in it are relative to. */
  readonly folder: string
  readonly value: unknown
  /** What is no YAML in it, as whole sentences with their places. */
  readonly broken: readonly string[]
  readonly #document: Document
  readonly #lines = new LineCounter()

  /** `text` stands, or would stand, at `file`. */
  constructor(text: string, file: string) {
    this.file = file
    this.folder = dirname(resolve(file))
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
    const { errors } = this.#document
    this.broken = errors.map(({ pos, message }) => `${this.#placeOf(pos[0])} ${message}.`)
    this.value = errors.length > 0 ? null : (this.#document.toJS() ?? null)
  }

  /** FILE:LINE:COLUMN of a value, of its key, or of the nearest thing around it. */
  place(at: Path, isKey = false): string {
    return this.#placeOf(this.positionOf(at, isKey))
  }

  positionOf(at: Path, isKey = false): number {
    const { contents } = this.#document
    if (isKey) {
      const parent = at.length === 1 ? contents : this.#document.getIn(at.slice(0, -1), true)
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => String(key) === at.at(-1))
        : undefined
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0]
    }
    for (let length = at.length; length > 0; length--) {
      const node = this.#document.getIn(at.slice(0, length), true)
      if (isNode(node) && node.range) return node.range[0]
    }
    return contents?.range?.[0] ?? 0
  }

  #placeOf(position: number): string {
    const { line, col } = this.#lines.linePos(position)
    return `${this.file}:${line}:${col}`
  }
}

/**
 * The files that are meant by names of files and folders: of a folder all that end in .yml or
 * .yaml, by their names, without those in folders inside of it and without hidden ones.
 */
export function readSources(given: readonly string[]): Source[] {
  return given.flatMap(filesOf).map((file) => new Source(readText(file), file))
}

function filesOf(given: string): string[] {
  let names: string[]
  try {
    names = readdirSync(given)
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR' || systemCode(error) === 'ENOENT') return [given]
    throw unreadable(given, error)
  }
  const files = names
    .filter((name) => !name.startsWith('.') && ['.yml', '.yaml'].includes(extname(name)))
    .sort()
    .map((name) => join(given, name))
  if (files.length === 0) throw platformError('config-folder-empty', { folder: given })
  return files
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw platformError('config-missing', { file })
    throw unreadable(file, error)
  }
}

function unreadable(path: string, cause: unknown) {
  const code = systemCode(cause)
  return code === undefined ? cause : platformError('config-unreadable', { path, code }, { cause })
}
