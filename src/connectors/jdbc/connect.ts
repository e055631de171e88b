import { type Clock, pause } from '../../base/clock.ts'
import { RetriableError } from '../../connect/kit/index.ts'
import type { Address } from './address.ts'
import type { Dialect } from './dialects/dialect.ts'
import { failureOf } from './failures.ts'
import type { Patience } from './options/connection.ts'
import type { Session } from './session.ts'

/** Connects, as often and as patiently as the configuration says. */
export async function connectPatiently(
  dialect: Dialect,
  address: Address,
  { attempts, backoffMs }: Patience,
  surroundings: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dialect.connect(address, surroundings.clock)
    } catch (error) {
      const place = `${address.host}:${address.port}`
      const failure = failureOf(dialect, error, `a connection to ${place}`, { discreet: false })
      const isLast = attempt >= attempts || surroundings.signal.aborted
      if (isLast || !(failure instanceof RetriableError)) throw failure
      await pause(backoffMs, surroundings)
    }
  }
}
