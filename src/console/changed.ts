import type { Context } from 'hono'
import { tellChange } from '../client/doors/index.ts'

const kinds: Readonly<Record<string, string>> = { topics: 'Topic', groups: 'Group' }
/** These doors tell of their changes themselves. */
const toldElsewhere = ['registry', 'connect']

/**
 * Tells the audit log what a request has changed. With what, its path says; where it does not, the
 * route does: `context.set('changed', { type, name })`.
 */
export function tellChanged(context: Context): void {
  const { method, path } = context.req
  const [, , kind = '', name = ''] = path.split('/')
  if (toldElsewhere.includes(kind)) return
  const said = context.get('changed') as
    | { readonly type: string; readonly name: string }
    | undefined
  const named = { type: kinds[kind] ?? 'Console', name: decoded(name) }
  tellChange(context, `${method} ${path}`, said ?? named)
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step // It is no name of anything; it is told as it came.
  }
}
