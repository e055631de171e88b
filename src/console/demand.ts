import type { Operation, ResourceType } from '../access/acl.ts'
import { rightsOf } from '../client/doors/index.ts'
import { consoleError } from './errors.ts'

/** Throws 'not-allowed' where whoever asks may not do this: `context` is that of a route. */
export function demand(
  context: { readonly env: unknown },
  operation: Operation,
  type: ResourceType,
  name: string,
): void {
  if (rightsOf(context).allows(operation, type, name)) return
  throw consoleError('not-allowed', { operation, type, name })
}
