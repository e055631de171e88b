/** Names inside the messages of SCRAM and GS2 (RFC 5802, `saslname`): `,` is `=2C`, `=` is `=3D`. */

export function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}

/** Undefined where no name is written like this; each name is written in one way only. */
export function unescapeName(text: string): string | undefined {
  if (!/^(?:[^=,\0]|=2C|=3D)+$/u.test(text)) return undefined
  return text.replace(/=2C|=3D/g, (code) => (code === '=2C' ? ',' : '='))
}
