import type { IncomingMessage } from 'node:http'
import { hostAddress } from '../access/host.ts'

/** The address that a request comes from; `context` is that of a route. */
export function hostOf({ env }: { readonly env: unknown }): string {
  const { incoming } = env as { readonly incoming: IncomingMessage }
  return hostAddress(incoming.socket.remoteAddress ?? '')
}
