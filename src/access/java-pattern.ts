/**
 * Regular expressions as people write them for Java. Those that would mean something else here are
 * refused rather than read in another way.
 */

/** Throws SyntaxError where the pattern is none, or is for Java alone. */
export function javaPattern(pattern: string, flags = ''): RegExp {
  if (/\\[pP]\{(?!\w{1,2}\})/.test(pattern)) {
    throw new SyntaxError('leat does not know classes such as \\p{Alpha}; write [A-Za-z]')
  }
  if (/\[[^\]]*(?:&&|\[)/.test(pattern.replace(/\\./gs, ''))) {
    throw new SyntaxError('leat does not know classes inside classes')
  }
  const [lead = '', inline = ''] = /^\(\?([is]+)\)/.exec(pattern) ?? []
  return new RegExp(plainEscapes(pattern.slice(lead.length)), `u${inline}${flags}`)
}

/**
 * What `matcher.replaceAll` puts in the place of a match: `$1` is a group, `\` takes the meaning of
 * what follows. Throws SyntaxError where the replacement speaks of a group that is not there.
 */
export function javaReplacement(
  replacement: string,
  groups: readonly (string | undefined)[],
): string {
  let made = ''
  for (let at = 0; at < replacement.length; ) {
    const character = replacement.charAt(at)
    if (character === '\\') {
      if (at + 1 === replacement.length) throw new SyntaxError('its replacement ends with \\')
      made += replacement.charAt(at + 1)
      at += 2
    } else if (character === '$') {
      const digits = groupDigits(replacement.slice(at + 1), groups.length - 1)
      made += groups[Number(digits)] ?? ''
      at += 1 + digits.length
    } else {
      made += character
      at += 1
    }
  }
  return made
}

/** The longest number of a group that there is; the first digit counts in any case. */
function groupDigits(text: string, last: number): string {
  const all = /^\d+/.exec(text)?.[0]
  if (all === undefined) throw new SyntaxError('a $ of its replacement has no number')
  let digits = all.slice(0, 1)
  while (digits.length < all.length && Number(all.slice(0, digits.length + 1)) <= last) {
    digits = all.slice(0, digits.length + 1)
  }
  if (Number(digits) > last)
    throw new SyntaxError(`its replacement speaks of a group ${digits} that is not there`)
  return digits
}

/** Java lets a backslash stand before every sign, JavaScript before those alone that need it. */
function plainEscapes(pattern: string): string {
  return pattern.replace(/\\([^A-Za-z0-9])/gs, (_, sign: string) => {
    const code = sign.charCodeAt(0)
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : sign
  })
}
