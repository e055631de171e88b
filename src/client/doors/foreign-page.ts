import type { IncomingHttpHeaders } from 'node:http'

const harmless = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a browser sends this for a page of somewhere else (CSRF): with the login that the browser
 * keeps, or from within a network, the page would do what its visitor may do. Clients that are no
 * browsers say nothing of pages.
 */
export function isOfForeignPage(method: string, headers: IncomingHttpHeaders): boolean {
  if (harmless.includes(method)) return false
  const { 'sec-fetch-site': site, origin, host } = headers
  // The browser's own word, which holds behind a proxy as well.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && URL.parse(origin)?.host !== host
}
