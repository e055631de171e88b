/** All that a login takes: sessions, their cookies, and who says who somebody is. */
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Random } from '../../base/random.ts'
import type { Entrance } from '../../client/doors/index.ts'
import { Issuer, type IssuerSettings } from '../oidc/issuer.ts'
import { PendingLogins } from '../oidc/pending.ts'
import { Cookies } from './cookies.ts'
import type { SessionLimits } from './session.ts'
import { SessionEntrance } from './session-entrance.ts'
import { Sessions } from './sessions.ts'

export interface LoginSettings {
  /** Whether users of the broker log in by their passwords. */
  readonly passwords: boolean
  readonly issuer: (IssuerSettings & { readonly label: string }) | undefined
  readonly limits: SessionLimits
  /** Whether browsers speak TLS with us, or with a proxy before us. */
  readonly isSecure: boolean
}

interface LoginParts {
  readonly entrance: Entrance
  readonly metrics: Metrics
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface Login {
  readonly ways: readonly ('password' | 'oidc')[]
  readonly oidcLabel: string | undefined
  readonly isSecure: boolean
  readonly entrance: Entrance
  readonly sessions: Sessions
  readonly cookies: Cookies
  readonly bySession: SessionEntrance
  /** Absent, there is no issuer. */
  readonly oidc: { readonly issuer: Issuer; readonly pending: PendingLogins } | undefined
}

export function loginOf(settings: LoginSettings, parts: LoginParts): Login {
  const { passwords, issuer, limits, isSecure } = settings
  const { entrance, metrics, clock, random, logger } = parts
  const passwordIsRight = (user: string, password: string) =>
    entrance.passwordIsRight(user, password)
  const sessions = new Sessions({ limits, passwordIsRight, clock, random })
  metrics.gauge(
    'leat_console_sessions',
    'Sessions of people who are logged in at the console.',
    () => sessions.count,
  )
  const cookies = new Cookies(isSecure)
  return {
    ...{ entrance, sessions, cookies, isSecure },
    ways: [...(passwords ? (['password'] as const) : []), ...(issuer ? (['oidc'] as const) : [])],
    oidcLabel: issuer?.label,
    bySession: new SessionEntrance(sessions, cookies, entrance, logger),
    oidc: issuer && {
      issuer: new Issuer(issuer, clock),
      pending: new PendingLogins(clock, random),
    },
  }
}
