/** The context of a trace, in the headers that OpenTelemetry's programs know (W3C Trace Context, W3C Baggage). */
import type { MessageHeader } from './transports/transport.ts'

/** Also the carrier of OpenTelemetry's `propagation.extract`. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
  readonly baggage?: string
}

/** Puts the active context into a carrier, as `propagation.inject(context.active(), carrier)` does. */
export type InjectTrace = (carrier: Record<string, string>) => void

/** Version 00 has nothing behind the flags; later ones may. Ids of nothing but zeros are none. */
const traceparentPattern =
  /^(?!ff)([\da-f]{2})-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:$|(?<!^00.*)-)/

/** Of several headers of one name the values are one list. Beyond these a value is not carried on. */
const mostCharacters = { tracestate: 512, baggage: 8192 } as const

export function traceHeaders(carrier: object): MessageHeader[] {
  return Object.entries(carrier)
    .filter(([, value]) => typeof value === 'string' && value !== '')
    .map(([key, value]) => ({ key, value: Buffer.from(value) }))
}

/** Undefined without a valid `traceparent`; what else is wrong is left out. */
export function traceOf(headers: readonly MessageHeader[]): TraceContext | undefined {
  const traceparent = listed(headers, 'traceparent')
  if (traceparent === undefined || !traceparentPattern.test(traceparent)) return undefined
  const found: Record<string, string> = {}
  for (const [name, most] of Object.entries(mostCharacters)) {
    const value = listed(headers, name)
    if (value !== undefined && value.length <= most) found[name] = value
  }
  return { traceparent, ...found }
}

function listed(headers: readonly MessageHeader[], name: string): string | undefined {
  const values = headers.filter(({ key }) => key.toLowerCase() === name)
  if (values.length === 0) return undefined
  return values.map(({ value }) => Buffer.from(value).toString()).join(',')
}
