import { answerLazily, HttpDoors } from '../base/http-doors.ts'
import type { RouteOptions } from './routes/index.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** The REST doors: they listen at once. */
export async function openConnectDoors(
  listeners: readonly Address[],
  options: RouteOptions,
): Promise<HttpDoors> {
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./routes/index.ts')
    return listenerOf(options)
  })
  return await HttpDoors.open({ listeners, answer })
}
