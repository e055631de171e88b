import type { Context } from 'hono'
import { tellChange } from '../client/doors/index.ts'
import type { ConsoleEnv } from './services.ts'

const kinds: Readonly<Record<string, string>> = { topics: 'Topic', groups: 'Group' }
/** These doors tell of their changes themselves. */
const toldElsewhere = ['registry', 'connect']

/**
 * Tells the audit log what a request has changed. With what, its path says; where it does not, the
 * route does: `context.set('changed', { type, name })`.
 */
export function tellChanged(context: Context<ConsoleEnv>): void {
  const { method, path } = context.req
  const [, , kind = '', name = ''] = path.split('/')
  if (toldElsewhere.includes(kind)) return
  const said: ConsoleEnv['Variables']['changed'] | undefined = context.get('changed')
  if (said === 'nothing') return
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
