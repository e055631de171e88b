/**
 * For whom a part of this process speaks at another door of it. It is believed beside that part's
 * password alone, which nobody else knows.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isInside } from '../../access/inside-rights.ts'
import { formatPrincipal, parsePrincipal } from '../../access/principal.ts'
import type { Visitor } from './visitor.ts'

export type Said = Pick<Visitor, 'principal' | 'host'>

const header = 'x-leat-spoken-for'

/** As a header: names have characters that headers have not. */
export function writeSpokenFor({ principal, host }: Said): Record<string, string> {
  const said = JSON.stringify([formatPrincipal(principal), host])
  return { [header]: Buffer.from(said).toString('base64url') }
}

/** Undefined where it names nobody, or a part of this process, for which nobody else speaks. */
export function readSpokenFor(headers: IncomingHttpHeaders): Said | undefined {
  const text = headers[header]
  if (typeof text !== 'string') return undefined
  const [who, host] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as string[]
  const principal = parsePrincipal(who ?? '')
  if (principal === undefined || host === undefined || isInside(principal)) return undefined
  return { principal, host }
}
