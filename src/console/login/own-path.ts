const longest = 1000
/** A base that nothing else is at (RFC 2606). */
const here = 'http://leat.invalid'

/**
 * Where on our own page somebody wanted to go; the page's beginning where the text leads anywhere
 * else, in whatever way browsers may read it.
 */
export function ownPath(text: string | undefined): string {
  const start = '/'
  if (text === undefined || text.length > longest || !/^\/[^/\\]/.test(text)) return start
  const url = URL.parse(text, here)
  if (url === null || url.origin !== here || url.pathname.startsWith('/api/')) return start
  const path = url.pathname + url.search + url.hash
  return path.startsWith('//') ? start : path
}
