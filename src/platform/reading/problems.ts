/** What is wrong with files, in the order in which it stands in them. */
import type { Path, Problem } from '../../base/settings.ts'
import { platformError } from '../errors.ts'
import type { Source } from './source.ts'

interface Place {
  readonly source: Source
  readonly at: Path
}

export class Problems {
  readonly #sources: readonly Source[]
  readonly #found: { source: number; position: number; says: string }[] = []

  constructor(sources: readonly Source[]) {
    this.#sources = sources
  }

  /** `placeOf` knows where `problem.also` stands. */
  add(
    { source, at }: Place,
    { says, isKey, also }: Omit<Problem, 'at'>,
    placeOf?: (at: Path) => Place,
  ): void {
    const other = also && placeOf?.(also)
    const seen = other ? ` The other one is at ${other.source.place(other.at, isKey)}.` : ''
    this.#found.push({
      source: this.#sources.indexOf(source),
      position: source.positionOf(at, isKey),
      says: `${source.place(at, isKey)} ${says}${seen}`,
    })
  }

  throwIfAny(): void {
    if (this.#found.length === 0) return
    const sorted = this.#found.sort((a, b) => a.source - b.source || a.position - b.position)
    throw platformError('config-invalid', { problems: sorted.map(({ says }) => says) })
  }
}
