import type { Owner } from '../test/helpers/folders.ts'

/** Runs a bench and then, in reverse, what its parts left to be done afterwards. */
export async function withOwner<Value>(run: (owner: Owner) => Promise<Value>): Promise<Value> {
  const endings: (() => unknown)[] = []
  try {
    return await run({ after: (ending) => void endings.push(ending) })
  } finally {
    for (const ending of endings.reverse()) await ending()
  }
}
