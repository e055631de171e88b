import type { Hono } from 'hono'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Random } from '../base/random.ts'
import type { Visitor } from '../client/doors/index.ts'
import type { KafkaClient } from '../client/index.ts'
import type { WayToRegistry } from '../client/registry/index.ts'

/** What routes work with. */
export interface Services {
  /** Of the console's own: what a visitor may not see, routes leave out. Throws 'no-kafka'. */
  readonly client: () => Promise<KafkaClient>
  readonly registry: Way | undefined
  readonly connect: Way | undefined
  readonly parts: Parts
  readonly metrics: Metrics
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/**
 * Another door of this process, which is asked for a visitor; or a registry of elsewhere, into which
 * leat logs in itself.
 */
export type Way =
  | {
      readonly kind: 'own'
      readonly url: string
      readonly headersFor: (visitor: Visitor) => Record<string, string>
    }
  | { readonly kind: 'elsewhere'; readonly registry: WayToRegistry }

/** What runs in this process beside the console. */
export interface Parts {
  readonly registry: boolean
  readonly connect: boolean
  readonly mqtt: boolean
  readonly pipelines: boolean
  /** Whether the broker is one of them. */
  readonly embedded: boolean
}

/** Adds a group of routes. */
export type Routes = (app: Hono, services: Services) => void
