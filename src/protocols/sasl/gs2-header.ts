import { unescapeName } from './sasl-name.ts'

export interface Gs2Header {
  /** The header itself, which the client repeats at the end of SCRAM. */
  readonly text: string
  /** In whose name the client wants to act; undefined: its own. */
  readonly authorizationId: string | undefined
  /** What follows the header. */
  readonly rest: string
}

/**
 * The beginning of a client's first message (RFC 5801). Undefined where there is none, and where
 * the client insists on binding the login to the TLS channel (`p=`), which nothing here offers.
 */
export function readGs2Header(message: string): Gs2Header | undefined {
  const match = /^[ny],(?:a=([^,]*))?,/.exec(message)
  if (match === null) return undefined
  const [text, escaped] = match
  const authorizationId = escaped === undefined ? undefined : unescapeName(escaped)
  if (escaped !== undefined && authorizationId === undefined) return undefined
  return { text, authorizationId, rest: message.slice(text.length) }
}
