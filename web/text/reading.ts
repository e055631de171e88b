/** Which records are looked at: what stands in the page's address, and what the API is asked. */
export interface Reading {
  /** newest, start, an offset, or `@` and milliseconds. */
  readonly from: string
  readonly partition: number | undefined
  readonly filter: string
  readonly text: string
  readonly limit: number
  readonly live: boolean
}

export const limits = [20, 50, 200, 500] as const
const usualLimit = 50

export function readingOf(query: URLSearchParams): Reading {
  const given = (name: string) => query.get(name) ?? ''
  const limit = Number(given('limit'))
  return {
    from: isFrom(given('from')) ? given('from') : 'newest',
    partition: /^\d{1,9}$/.test(given('partition')) ? Number(given('partition')) : undefined,
    filter: given('filter'),
    text: given('text'),
    limit: limit >= 1 && limit <= 500 ? Math.floor(limit) : usualLimit,
    live: query.has('live'),
  }
}

/** What differs from a first look only, so that addresses stay short. */
export function addressOf({ from, partition, filter, text, limit, live }: Reading): string {
  const query = new URLSearchParams()
  if (from !== 'newest') query.set('from', from)
  if (partition !== undefined) query.set('partition', String(partition))
  if (filter !== '') query.set('filter', filter)
  if (text !== '') query.set('text', text)
  if (limit !== usualLimit) query.set('limit', String(limit))
  if (live) query.set('live', '1')
  const said = query.toString()
  return said === '' ? '' : `?${said}`
}

/** As many records, and as much of each, as leat tells in one answer. */
const mostRecords = 1000
const mostCharacters = 1024 * 1024

/** The query for a file with all that one answer may have. */
export function downloadOf(reading: Reading): string {
  return `${questionOf({ ...reading, live: false, limit: mostRecords })}&bytes=${mostCharacters}`
}

/** Where each partition is to be read on, as an answer says it. */
export type Next = Readonly<Record<string, string>>

/** The query for the API: from the newest back, or from somewhere on. */
export function questionOf(reading: Reading, next?: Next): string {
  const { from, partition, filter, text, limit, live } = reading
  const query = new URLSearchParams()
  if (!live) {
    query.set('order', from === 'newest' ? 'newest' : 'oldest')
    if (next !== undefined) query.set('from', placesOf(next))
    else if (from !== 'newest') query.set('from', from)
    query.set('limit', String(limit))
    if (text !== '') query.set('text', text)
  }
  if (partition !== undefined) query.set('partition', String(partition))
  if (filter !== '') query.set('filter', filter)
  return query.toString()
}

/** `0:17,1:4`. */
function placesOf(next: Next): string {
  return Object.entries(next)
    .map((place) => place.join(':'))
    .join(',')
}

function isFrom(text: string): boolean {
  return /^(newest|start|@?\d{1,19})$/.test(text)
}
