import { anonymous, isSamePrincipal } from '../../access/principal.ts'
import type { Context } from '../handler.ts'

/**
 * Only who has proved who they are, by a password or a certificate, deals with tokens: whoever came
 * by a token could else live for ever.
 */
export function mayAskForTokens({ principal, session }: Context): boolean {
  return !isSamePrincipal(principal, anonymous) && session?.isByDelegationToken !== true
}
