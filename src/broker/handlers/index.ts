/** The only list of what the broker answers; ApiVersions tells it to clients. */
import type { Handler } from '../handler.ts'
import { apiVersions } from './18-api-versions.ts'

export const handlers: readonly Handler[] = [apiVersions]

export const handlerByKey: ReadonlyMap<number, Handler> = new Map(
  handlers.map((handler) => [handler.api.key, handler]),
)
