import { setFlagsFromString } from 'node:v8'

/** A pattern can be written so that a match takes longer than the world lasts; users write patterns. */
const mostCharacters = 1000

let isReady = false

/**
 * A regular expression whose matching takes time in proportion to the text, whatever it is: V8
 * goes on with its linear engine where backtracking gets out of hand. Look-ahead, back-references
 * and huge repetitions have no linear form. Throws a SyntaxError that says so.
 */
export function linearPattern(source: string): RegExp {
  if (source.length > mostCharacters) {
    throw new SyntaxError(`a pattern has at most ${mostCharacters} characters`)
  }
  if (!isReady) {
    setFlagsFromString('--enable-experimental-regexp-engine')
    setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
    isReady = true
  }
  const pattern = new RegExp(source)
  try {
    new RegExp(source, 'l')
  } catch (cause) {
    const why = 'look-ahead, back-references, (?i:…) and huge repetitions cannot be matched safely'
    throw new SyntaxError(`/${source}/: ${why}`, { cause })
  }
  return pattern
}
