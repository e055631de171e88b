import { isIP } from 'node:net'

/** Ends of names that no stranger can have: RFC 6761, RFC 6762, and what ICANN keeps for inside. */
const ownEnds = ['localhost', 'local', 'internal']

/**
 * Whether a request names this machine as nobody else can, by its header `Host`. A page of elsewhere
 * whose name is made to point here (DNS rebinding) comes by that name; `url` is one that we were
 * told of.
 */
export function isOwnName(header: string, url: string | undefined): boolean {
  const name = URL.parse(`http://${header}`)?.hostname.replace(/^\[|\]$|\.$/g, '') ?? ''
  if (name === '') return false
  const end = name.split('.').at(-1) ?? ''
  const isOurs = isIP(name) !== 0 || !name.includes('.') || ownEnds.includes(end)
  return isOurs || (url !== undefined && name === new URL(url).hostname)
}
