/** The header `Authorization` (RFC 7617, RFC 6750). */
export type Shown =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'nothing' }

const longestNameBytes = 1024

/** Schemes that are not ours say nothing. */
export function shownIn(header: string | undefined): Shown {
  const [, scheme = '', value = ''] = /^\s*(\S+)(?:\s+(.*?))?\s*$/.exec(header ?? '') ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return pairIn(value)
    case 'bearer':
      return /^[\w.~+/-]+=*$/.test(value) ? { kind: 'token', token: value } : { kind: 'unreadable' }
    default:
      return { kind: 'nothing' }
  }
}

function pairIn(text: string): Shown {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return { kind: 'unreadable' }
  const bytes = Buffer.from(text, 'base64')
  const pair = bytes.toString('utf8')
  const colon = pair.indexOf(':')
  // Bytes that are no UTF-8 would make one name of two; NUL ends a name where it is asked for.
  const isReadable = colon > 0 && Buffer.from(pair).equals(bytes) && !pair.includes('\0')
  if (!isReadable || colon > longestNameBytes) return { kind: 'unreadable' }
  return { kind: 'password', user: pair.slice(0, colon), password: pair.slice(colon + 1) }
}
