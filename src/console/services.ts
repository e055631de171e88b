import type { Hono } from 'hono'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Random } from '../base/random.ts'
import type { Visitor } from '../client/doors/index.ts'
import type { KafkaClient } from '../client/index.ts'
import type { WayToRegistry } from '../client/registry/index.ts'
import type { PipelineTold } from './pipelines.ts'
import type { Role } from './roles.ts'
import type { Streams } from './streams.ts'

/** What routes work with. */
export interface Services {
  /** Of the console's own: what a visitor may not see, routes leave out. Throws 'no-kafka'. */
  readonly client: () => Promise<KafkaClient>
  readonly registry: Way | undefined
  readonly connect: Way | undefined
  readonly parts: Parts
  /** Those that run in this process now. */
  readonly pipelines: () => readonly PipelineTold[]
  /** Answers that go on. */
  readonly streams: Streams
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

/** What is known of a request beside what it says. */
export interface ConsoleEnv {
  Variables: {
    role: Role
    /** What a change is about, where its path does not say it; or that it is none. */
    changed: { readonly type: string; readonly name: string } | 'nothing'
  }
}

export type ConsoleApp = Hono<ConsoleEnv>

/** Adds a group of routes. */
export type Routes = (app: ConsoleApp, services: Services) => void
