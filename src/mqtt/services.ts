import type { Socket } from 'node:net'
import type { Audit } from '../access/audit.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import type { Arrivals } from '../base/arrivals.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Seldom } from '../base/seldom.ts'
import type { Connection } from './connection.ts'
import type { Gatekeeper } from './entry.ts'
import type { MqttLimits } from './limits.ts'
import type { Publisher } from './publisher.ts'
import type { Sessions } from './sessions.ts'
import type { Wills } from './wills.ts'

/** What a connection and its handlers have around them. */
export interface Services {
  readonly limits: MqttLimits
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly sessions: Sessions
  readonly publisher: Publisher
  readonly wills: Wills
  /** Where clients have to say who they are, or may not do everything. */
  readonly gatekeeper: Gatekeeper | undefined
  /** Asked before a password is looked at; absent, each one is. */
  readonly failedLogins: FailedLogins | undefined
  /** Told who comes in, and what clients may not do. */
  readonly audit: Audit | undefined
  /** Resolves once the sessions and retained messages are read. */
  readonly ready: Promise<void>
  readonly connections: Set<Connection>
  /** Of all listeners, also those that have not said yet what they speak. */
  readonly sockets: Set<Socket>
  readonly arrivals: Arrivals
  /** Which of its refusals are said. */
  readonly refusals: Seldom
  readonly counters: { received: number; malformed: number }
  /** The door is closing: wills stay unpublished. */
  closing: boolean
}
