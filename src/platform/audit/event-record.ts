/** What happened, as a CloudEvent in JSON (its structured mode). */
import type { AuditEvent } from '../../access/audit.ts'
import { formatPrincipal, user } from '../../access/principal.ts'
import { structuredType, toJson } from '../../formats/cloudevents/index.ts'

export interface Stamp {
  readonly id: string
  readonly time: Date
}

export const recordHeaders = [{ key: 'content-type', value: Buffer.from(structuredType) }]

/** Names come from clients, who may write whatever they want. */
const longestName = 1000
const mostDetailBytes = 16_384
/** What no attribute of a CloudEvent may hold. */
const forbidden = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu

export function recordOf(event: AuditEvent, { id, time }: Stamp): Buffer {
  const subject = cut(subjectOf(event)).replace(forbidden, '\ufffd')
  return toJson(
    {
      ...{ specversion: '1.0', id, source: `/leat/${event.door}`, type: `leat.${event.kind}` },
      ...(subject !== '' && { subject }),
      ...{ time: time.toISOString(), datacontenttype: 'application/json' },
    },
    Buffer.from(JSON.stringify(dataOf(event))),
  )
}

/** Who logged in, or with what something was done. */
function subjectOf(event: AuditEvent): string {
  if (event.kind === 'login' || event.kind === 'logout') {
    return event.user === undefined ? '' : formatPrincipal(user(event.user))
  }
  return `${event.resource.type}:${event.resource.name}`
}

function dataOf(event: AuditEvent) {
  const { host, clientId } = event
  const client = { address: host, ...(clientId != null && { id: cut(clientId) }) }
  if (event.kind === 'logout') {
    return { principal: cut(formatPrincipal(user(event.user))), client, why: event.why }
  }
  const { outcome } = event
  if (event.kind === 'login') {
    const principal = event.user && cut(formatPrincipal(user(event.user)))
    return { outcome, principal, client, mechanism: event.mechanism, why: event.why }
  }
  const principal = cut(formatPrincipal(event.principal))
  const resource = { type: event.resource.type, name: cut(event.resource.name) }
  if (event.kind === 'authorization') {
    return { outcome, principal, client, operation: event.operation, resource }
  }
  const { request, error, details } = event
  return { outcome, principal, client, request, resource, error, details: bounded(details) }
}

function cut(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name
}

function bounded(details: unknown): unknown {
  const bytes = details === undefined ? 0 : JSON.stringify(details).length
  return bytes > mostDetailBytes ? { tooLongBytes: bytes } : details
}
