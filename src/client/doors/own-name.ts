/**
 * By which name a request comes. Where nobody has to say who they are, a page of elsewhere whose name
 * is made to point here (DNS rebinding) would be taken for one of ours: the browser believes that it
 * speaks with the page's own server. It still says by which name it came.
 * docs/decisions/names-of-the-doors.md says why so.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * The name, where a browser may have sent this by one that is not ours; undefined where all is well.
 * `allowed` are names that we were told of, `.plant.example` with all below it.
 */
export function foreignNameIn(
  headers: IncomingHttpHeaders,
  allowed: readonly string[],
): string | undefined {
  const { host = '' } = headers
  return isOfBrowser(headers) && !isOwnName(host, allowed) ? host : undefined
}

/**
 * The page's site, where a browser says that a page of elsewhere asks; undefined where all is well. For
 * doors that browsers let every page come to (WebSocket).
 */
export function foreignOriginIn(
  { origin }: IncomingHttpHeaders,
  allowed: readonly string[],
): string | undefined {
  if (origin === undefined) return undefined
  // A page that hides where it is from says `null`.
  return isOwnName(URL.parse(origin)?.host ?? '', allowed) ? undefined : origin
}

/** What no page can take away from its requests; programs send none of it, but some of those written for Node. */
const ofBrowsers = ['accept-language', 'origin', 'sec-fetch-site', 'sec-fetch-mode']

function isOfBrowser(headers: IncomingHttpHeaders): boolean {
  return (
    ofBrowsers.some((name) => headers[name] !== undefined) ||
    headers['user-agent']?.startsWith('Mozilla/') === true
  )
}

/** Ends of names that no stranger can have: RFC 6761, RFC 6762, RFC 8375, and what ICANN keeps for inside. */
const ownEnds = /\.(localhost|local|internal|test|home\.arpa)$/

/** An address cannot be made to point elsewhere, nor can a name without a dot. */
function isOwnName(host: string, allowed: readonly string[]): boolean {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$|\.$/g, '') ?? ''
  if (name === '') return false
  if (isIP(name) !== 0 || !name.includes('.') || ownEnds.test(name)) return true
  return allowed
    .map((one) => one.toLowerCase())
    .some((one) => (one.startsWith('.') ? `.${name}`.endsWith(one) : name === one))
}
