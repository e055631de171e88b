/** What the audit log is told of a request over HTTP that changes something. */
import type { IncomingMessage } from 'node:http'
import { visitorOf } from './guarded.ts'
import type { Change } from './visitor.ts'

/** The context of a route, once it is answered. */
interface Answered {
  readonly env: unknown
  readonly res: { readonly status: number }
}

type Details = Readonly<Record<string, unknown>>

/** What is said of requests that are under way. */
const described = new WeakMap<IncomingMessage, Details>()

/** Says what a request is to change, and has changed: more each time. Never a secret. */
export function describeChange(context: Pick<Answered, 'env'>, details: object): void {
  const request = incomingOf(context)
  described.set(request, { ...described.get(request), ...details })
}

/** Tells what was changed, or was to be, with all that was said of it. */
export function tellChange(context: Answered, request: string, resource: Change['resource']): void {
  const { status } = context.res
  const incoming = incomingOf(context)
  const isDone = status < 400
  visitorOf(incoming).tellChange?.({
    ...{ request, resource, outcome: isDone ? 'success' : 'failure' },
    ...(!isDone && { error: `HTTP ${status}` }),
    details: described.get(incoming),
  })
}

function incomingOf({ env }: Pick<Answered, 'env'>): IncomingMessage {
  return (env as { readonly incoming: IncomingMessage }).incoming
}
