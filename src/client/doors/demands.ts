import type { Context, Hono } from 'hono'
import type { Operation } from '../../access/acl.ts'
import { tellChange } from './told-change.ts'
import type { Change } from './visitor.ts'

/** What one must be allowed to do for a route. */
export type Demand = readonly [method: string, path: string, operation: Operation]

export interface DemandRules {
  /** Throws what the API answers where it is not allowed. */
  readonly demand: (context: Context, operation: Operation) => void
  /** What a request changes, once it is answered; absent, nothing that is told. */
  readonly changed: (context: Context, demand: Demand) => Change['resource'] | undefined
}

/** Before the routes themselves: who may not is refused, and what was changed is told. */
export function addDemands(
  routes: Hono,
  demands: readonly Demand[],
  { demand, changed }: DemandRules,
): void {
  for (const one of demands) {
    const [method, path, operation] = one
    routes.on(method, path, async (context, next) => {
      demand(context, operation)
      await next()
      const resource = changed(context, one)
      if (resource !== undefined) tellChange(context, `${method} ${path}`, resource)
    })
  }
}
