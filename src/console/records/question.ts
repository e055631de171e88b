/** What somebody asks of the records of a topic, read from the query of a request. */
import { type OffsetRange, type Point, parseOffsetRange } from '../../client/index.ts'
import { consoleError } from '../errors.ts'

/** From the newest back, or from the oldest on. */
export type Order = 'newest' | 'oldest'

/** Where to begin: one place for all partitions, or one for each that is still to be read. */
export type Beginning =
  | { readonly everywhere: Point }
  | { readonly each: ReadonlyMap<number, bigint> }

export interface Question {
  readonly from: Beginning
  readonly order: Order
  readonly partition: number | undefined
  /** So many records at most. */
  readonly limit: number
  /** So many characters of each key, value and header. */
  readonly characters: number
  readonly filter: string | undefined
  readonly text: string | undefined
}

type Ask = (name: string) => string | undefined

const usualLimit = 50
const mostLimit = 1000
const usualCharacters = 8 * 1024
const mostCharacters = 1024 * 1024
/** Of the partitions that one request names. */
const mostPlaces = 10_000
const mostTextCharacters = 1000

/** Throws 'query-invalid'. */
export function questionIn(query: Ask, nowMs: number): Question {
  const text = query('text') || undefined
  if (text !== undefined && text.length > mostTextCharacters) {
    throw wrong('text', text, `at most ${mostTextCharacters} characters`)
  }
  return {
    ...beginningIn(query, nowMs),
    partition: numberIn(query, 'partition', { most: 1_000_000 }),
    limit: numberIn(query, 'limit', { least: 1, most: mostLimit }) ?? usualLimit,
    characters: numberIn(query, 'bytes', { most: mostCharacters }) ?? usualCharacters,
    filter: query('filter') || undefined,
    text,
  }
}

function beginningIn(query: Ask, nowMs: number): Pick<Question, 'from' | 'order'> {
  const given = query('from') || undefined
  const order = orderIn(query('order'), given)
  const from = given ?? (order === 'newest' ? 'end' : 'start')
  if (/^\d+:\d+(,\d+:\d+)*$/.test(from)) return { order, from: { each: placesIn(from) } }
  const range: OffsetRange | undefined = parseOffsetRange(from, nowMs)
  if (range === undefined || range.to !== undefined) {
    throw wrong(
      'from',
      from,
      'start, end, an offset such as 17, -50, @-1h, @2026-01-31 or 0:17,1:4',
    )
  }
  return { order, from: { everywhere: range.from } }
}

function orderIn(given: string | undefined, from: string | undefined): Order {
  if (given === 'newest' || given === 'oldest') return given
  if (given) throw wrong('order', given, 'newest or oldest')
  return from === 'end' ? 'newest' : 'oldest'
}

/** `0:17,1:4`: an offset for each partition. */
function placesIn(text: string): ReadonlyMap<number, bigint> {
  const places = text.split(',').map((place) => {
    const [partition = '', offset = ''] = place.split(':')
    return [Number(partition), BigInt(offset)] as const
  })
  if (places.length <= mostPlaces) return new Map(places)
  throw wrong('from', text, `at most ${mostPlaces} partitions`)
}

/** Undefined where it is not given. */
function numberIn(
  query: Ask,
  name: string,
  { least = 0, most }: { readonly least?: number; readonly most: number },
): number | undefined {
  const text = query(name)
  if (!text) return undefined
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw wrong(name, text, `a whole number from ${least} to ${most}`)
}

const mostSaid = 80

function wrong(name: string, text: string, cure: string) {
  return consoleError('query-invalid', { name, text: text.slice(0, mostSaid), cure })
}
