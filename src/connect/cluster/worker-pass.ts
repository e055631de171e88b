/**
 * What workers of a group show each other: who asks, signed with the key that the group keeps in
 * its topic. A request that one worker forwards is still that of whoever made it, also where their
 * password or certificate was shown to the first worker alone.
 */
import { formatPrincipal, type Principal, parsePrincipal } from '../../access/principal.ts'

export const passHeader = 'x-leat-worker-pass'

export interface Pass {
  readonly principal: Principal
  /** The address that they came from. */
  readonly host: string
}

export interface Occasion {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly nowMs: number
}

/** Clocks of workers may differ by so much. */
const validMs = 5 * 60_000
/** So that nothing else that workers sign can be taken for a pass. */
const purpose = 'leat worker pass\n'

/** Undefined where it cannot be signed yet. */
export function writePass(
  { principal, host }: Pass,
  { method, path, nowMs }: Occasion,
  sign: (text: string) => string | undefined,
): string | undefined {
  const said = [formatPrincipal(principal), host, method, path, nowMs]
  const text = Buffer.from(JSON.stringify(said)).toString('base64url')
  const signature = sign(purpose + text)
  return signature === undefined ? undefined : `${text}.${signature}`
}

/** Undefined where no worker of the group has written it for this occasion. */
export function readPass(
  header: string,
  { method, path, nowMs }: Occasion,
  isSigned: (text: string, signature: string) => boolean,
): Pass | undefined {
  const [text = '', signature = ''] = header.split('.')
  if (!isSigned(purpose + text, signature)) return undefined
  const said = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[]
  const [who, host, saidMethod, saidPath, atMs] = said
  const principal = parsePrincipal(String(who))
  const isMeant = saidMethod === method && saidPath === path
  if (principal === undefined || !isMeant || Math.abs(nowMs - Number(atMs)) > validMs) {
    return undefined
  }
  return { principal, host: String(host) }
}
