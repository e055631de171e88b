import type { Context } from 'hono'
import {
  anonymous,
  formatPrincipal,
  isSamePrincipal,
  type Principal,
} from '../../access/principal.ts'
import { packageVersion } from '../../base/package-version.ts'
import { askerOf } from '../../client/doors/index.ts'
import type { Role } from '../roles.ts'
import type { ConsoleApp, Services } from '../services.ts'

/** Who asks, and what there is for them. */
export function addSession(
  app: ConsoleApp,
  { parts }: Services,
  roleOf: (context: Context) => Role,
): void {
  app.get('/api/session', (context) => {
    const { principal } = askerOf(context)
    const role = roleOf(context)
    return context.json({
      user: nameOf(principal),
      role,
      ways: [],
      parts,
      version: packageVersion(),
    })
  })
}

/** Null for who has said nothing. */
function nameOf(principal: Principal): string | null {
  if (isSamePrincipal(principal, anonymous)) return null
  return principal.type === 'User' ? principal.name : formatPrincipal(principal)
}
