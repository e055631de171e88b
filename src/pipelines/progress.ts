import type { Flow, Note } from './steps/step.ts'

/**
 * What stands beside a committed offset: where reading must begin again so that windows and the
 * like remember what they did, and what they must be told before. Their state needs no place of its own.
 */
export interface Progress {
  readonly from: bigint
  readonly note: Note
}

/** Nothing where reading may simply go on. */
export function progressOf(flow: Flow, next: bigint): string {
  const from = flow.oldest()
  const note = flow.note()
  if (from === undefined && !hasNumber(note)) return ''
  return JSON.stringify({ from: `${from ?? next}`, note })
}

/** Another program's note is none of ours. */
export function readProgress(text: string | undefined): Progress | undefined {
  if (text === undefined || !text.startsWith('{"from":"')) return undefined
  try {
    const { from, note } = JSON.parse(text) as { from: string; note: Note }
    return { from: BigInt(from), note }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function hasNumber(note: Note): boolean {
  return Array.isArray(note) ? note.some(hasNumber) : note !== null
}
