import { longestString } from './fields.ts'
import { MalformedPacket } from './malformed-packet.ts'
import { reasonCode } from './reason-codes.ts'

/** Topic names and filters: MQTT 5, section 4.7; shared subscriptions: section 4.8.2. */

export interface SharedFilter {
  readonly group: string
  readonly filter: string
}

export function isTopicName(name: string): boolean {
  return isText(name) && !name.includes('+') && !name.includes('#')
}

/** `+` stands for a whole level, `#` for the whole rest. */
export function isTopicFilter(filter: string): boolean {
  if (!isText(filter)) return false
  if (!hasWildcards(filter)) return true
  const levels = filter.split('/')
  return levels.every(
    (level, index) =>
      level === '+' ||
      (level === '#' && index === levels.length - 1) ||
      !(level.includes('+') || level.includes('#')),
  )
}

export function hasWildcards(filter: string): boolean {
  return filter.includes('+') || filter.includes('#')
}

/** The parts of `$share/group/filter`; undefined for a filter that is not shared. */
export function sharedFilter(filter: string): SharedFilter | undefined {
  if (!filter.startsWith('$share/')) return undefined
  const end = filter.indexOf('/', '$share/'.length)
  const group = filter.slice('$share/'.length, end === -1 ? undefined : end)
  const inner = end === -1 ? '' : filter.slice(end + 1)
  if (group === '' || hasWildcards(group) || !isTopicFilter(inner)) {
    throw new MalformedPacket(
      `the shared subscription '${filter}' is not '$share/group/filter'`,
      reasonCode.topicFilterInvalid,
    )
  }
  return { group, filter: inner }
}

/** Wildcards at the first level do not match topics that begin with `$`, such as `$SYS`. */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false
  if (!hasWildcards(filter)) return filter === topic
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (let index = 0; index < wanted.length; index++) {
    const level = wanted[index]
    if (level === '#') return true
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}

/** Whether a topic exists that both filters match. */
export function overlap(one: string, other: string): boolean {
  const left = one.split('/')
  const right = other.split('/')
  const both = Math.max(left.length, right.length)
  for (let index = 0; index < both; index++) {
    const a = left[index]
    const b = right[index]
    if (a === '#' || b === '#') return true
    if (a === undefined || b === undefined) return false
    if (a !== '+' && b !== '+' && a !== b) return false
  }
  return true
}

function isText(text: string): boolean {
  return text !== '' && !text.includes('\u0000') && Buffer.byteLength(text) <= longestString
}
