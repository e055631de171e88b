import { answerLazily, HttpDoors } from '../base/http-doors.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Address } from './addresses.ts'

export interface Health {
  readonly ready: boolean
  readonly why?: string
}

export interface HttpDoorOptions {
  readonly listeners: readonly Address[]
  readonly health: () => Promise<Health>
  readonly metrics: Metrics
}

/** Health and metrics over HTTP. It listens at once. */
export async function openHttpDoors({ listeners, health, metrics }: HttpDoorOptions) {
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./http-routes.ts')
    return listenerOf(health, metrics)
  })
  return await HttpDoors.open({ listeners, answer })
}
