import type { Handler } from '../handler.ts'
import { produce } from './00-produce.ts'
import { fetch } from './01-fetch.ts'
import { listOffsets } from './02-list-offsets.ts'
import { metadata } from './03-metadata.ts'
import { findCoordinator } from './10-find-coordinator.ts'
import { apiVersions } from './18-api-versions.ts'
import { initProducerId } from './22-init-producer-id.ts'
import { offsetForLeaderEpoch } from './23-offset-for-leader-epoch.ts'

/** The only list of what the broker answers, in the order of Kafka's keys; ApiVersions tells it to clients. */
export const handlers: readonly Handler[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  findCoordinator,
  apiVersions,
  initProducerId,
  offsetForLeaderEpoch,
]

export const handlerByKey: ReadonlyMap<number, Handler> = new Map(
  handlers.map((handler) => [handler.api.key, handler]),
)
