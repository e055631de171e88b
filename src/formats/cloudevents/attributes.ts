/** The attributes of an event as data: which there are, and what may stand in them (CloudEvents 1.0.2, section 3). */
import { eventError } from './failures.ts'
import { timestampUsOf } from './time.ts'

export type Extensions = Readonly<Record<string, string | number | boolean>>

/** The attributes of an event; extensions stand beside those of the standard. */
export interface EventAttributes {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string
  /** RFC 3339. */
  readonly time?: string
  readonly datacontenttype?: string
  readonly dataschema?: string
  readonly [extension: string]: string | number | boolean | undefined
}

interface Rule {
  readonly wanted: string
  readonly isRequired?: boolean
  readonly holds: (text: string) => boolean
}

const uriReference = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2})+$/

const standard: Readonly<Record<string, Rule>> = {
  specversion: { wanted: "'1.0'", isRequired: true, holds: (text) => text === '1.0' },
  id: { wanted: 'some text', isRequired: true, holds: (text) => text !== '' },
  source: {
    wanted: "a URI reference, such as '/plant/pump-1'",
    isRequired: true,
    holds: (text) => uriReference.test(text),
  },
  type: {
    wanted: "some text, such as 'com.example.reading'",
    isRequired: true,
    holds: (text) => text !== '',
  },
  subject: { wanted: 'some text', holds: (text) => text !== '' },
  time: {
    wanted: "a time of RFC 3339, such as '2026-01-01T00:00:00Z'",
    holds: (text) => timestampUsOf(text) !== undefined,
  },
  datacontenttype: {
    wanted: "a media type, such as 'application/json'",
    holds: (text) => /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;.*)?$/.test(text),
  },
  dataschema: {
    wanted: 'a URI',
    holds: (text) => /^[A-Za-z][\w+.-]*:/.test(text) && uriReference.test(text),
  },
}

/** What no text of an attribute may hold: control characters, half surrogate pairs, noncharacters. */
const forbidden = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u

/**
 * The event of these attributes; those that are undefined or null are not there.
 * @throws InvalidArgumentError for what the standard does not allow
 */
export function eventOf(given: Readonly<Record<string, unknown>>): EventAttributes {
  const there = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  const attributes = Object.fromEntries(there)
  for (const [name, rule] of Object.entries(standard)) {
    const value = attributes[name]
    if (value === undefined && rule.isRequired !== true) continue
    if (typeof value !== 'string' || forbidden.test(value) || !rule.holds(value)) {
      throw eventError('event-attribute-wrong', { name, wanted: rule.wanted })
    }
  }
  for (const [name, value] of there) {
    if (Object.hasOwn(standard, name)) continue
    if (!isExtensionName(name)) throw eventError('event-attribute-name', { name })
    if (!isExtensionValue(value)) {
      const wanted = 'text without control characters, true, false, or a whole number of 32 bits'
      throw eventError('event-attribute-wrong', { name, wanted })
    }
  }
  return attributes as EventAttributes
}

export function isAttributeName(name: string): boolean {
  return Object.hasOwn(standard, name) || isExtensionName(name)
}

function isExtensionName(name: string): boolean {
  return /^[a-z\d]+$/.test(name) && name !== 'data'
}

function isExtensionValue(value: unknown): boolean {
  if (typeof value === 'string') return !forbidden.test(value)
  return typeof value === 'boolean' || (typeof value === 'number' && value === (value | 0))
}
