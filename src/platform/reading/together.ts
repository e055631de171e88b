/** What all files say together, without what is switched off. */
import type { Shape } from '../../base/settings.ts'
import { withSecrets } from '../secrets.ts'
import { withoutDisabled } from './enabled.ts'
import { merge } from './merge.ts'
import type { Problems } from './problems.ts'
import { type Said, saidBy } from './said.ts'
import { Source } from './source.ts'

interface Reading {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What a file may say. */
  readonly parts: Shape
  readonly problems: Problems
}

/** Where nothing is left, Kafka is switched off as well. */
export function togetherOf(
  sources: readonly Source[],
  { environment, parts, problems }: Reading,
): Said {
  const report = (said: Said, says: string) => problems.add(said, { says })
  const files = sources.flatMap((source) => {
    const resolveText = (text: string, said: Said) =>
      withSecrets(text, { environment, folder: source.folder }, (says) => report(said, says))
    return withoutDisabled(saidBy(source), { resolve: resolveText, report }) ?? []
  })
  const together = merge(files, parts, (second, first) => {
    const says = `'${second.at.at(-1)}' stands in another file, too; keep one of the two.`
    problems.add(second, { says, isKey: true, also: first.at }, () => first)
  })
  if (together !== undefined) return together
  const [source = new Source('', 'leat.yml')] = sources
  return saidBy(new Source('kafka: { enabled: false }', source.file))
}
