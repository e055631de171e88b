import type { IncomingMessage } from 'node:http'
import { type Audit, decisionsTo } from '../../access/audit.ts'
import type { Authorizer } from '../../access/authorizer.ts'
import type { FailedLogins } from '../../access/failed-logins.ts'
import { hostAddress } from '../../access/host.ts'
import { anonymous, formatPrincipal, type Principal, user } from '../../access/principal.ts'
import type { PrincipalMapping } from '../../access/principal-mapping.ts'
import { LimitedRights, type Rights, unlimitedRights } from '../../access/rights.ts'
import { type Clock, pause } from '../../base/clock.ts'
import type { CertificateOf } from '../../base/http-doors.ts'
import type { Logger } from '../../base/logger.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import { type Shown, shownIn } from './authorization.ts'
import type { Said } from './spoken-for.ts'
import { type Admission, type Admits, changesTo, type Refused, type Visitor } from './visitor.ts'

/** Ways of saying who one is: a password, a token, a client certificate, nothing at all. */
export const httpWaysIn = ['basic', 'bearer', 'certificate', 'anonymous'] as const
type WayIn = (typeof httpWaysIn)[number]

/** Asked where clients have to say who they are, or may not do everything. */
export interface Gatekeeper {
  /** Throws where that cannot be known now. */
  passwordIsRight(user: string, password: string): Promise<boolean>
  /** Whom the token names; undefined where it is not good. Throws where that cannot be known now. */
  userOf(token: string): Promise<string | undefined>
  /** What clients may do; absent, everything. */
  readonly authorizer: Authorizer | undefined
}

export interface EntranceOptions {
  /** How clients may come in; absent, nobody is asked who they are. */
  readonly auth: readonly WayIn[] | undefined
  /** From the name of a client's certificate to that of a user. */
  readonly principalOf: PrincipalMapping
  readonly gatekeeper: Gatekeeper | undefined
  /** Asked before a password is looked at; absent, each one is. */
  readonly failedLogins?: FailedLogins | undefined
  /** Told who comes in, and what clients may not do. */
  readonly audit?: Audit | undefined
  readonly clock: Clock
  readonly logger: Logger
}

/** As Kafka's brokers wait before they answer a failed login. */
const failedLoginMs = 100
const longestNameInLogs = 200
/** What a header shows, as ways in. */
const mechanisms: Readonly<Record<string, WayIn>> = { password: 'basic', token: 'bearer' }
/** Users, each at an address, whose rights are remembered. */
const mostVisitors = 1000

/** The entrance of one listener: it finds out who asks, and what they may do. */
export class Entrance implements Admits {
  readonly #options: EntranceOptions
  readonly #rights = new RecentlyUsed<string, Rights>(mostVisitors)
  /** Who was told of: each request says again who asks, which is no new login. */
  readonly #told = new RecentlyUsed<string, true>(mostVisitors)

  constructor(options: EntranceOptions) {
    this.#options = options
  }

  async admit(request: IncomingMessage, certificateOf: CertificateOf): Promise<Admission> {
    // What a proxy says of an address in between (X-Forwarded-For) anybody can say.
    const host = hostAddress(request.socket.remoteAddress ?? '')
    const shown = shownIn(request.headers.authorization)
    return await this.#admit(host, async () => {
      const found = await this.#identify(shown, this.#certified(certificateOf(request)), host)
      if (!('status' in found)) this.#tell(found, host, shown)
      return found
    })
  }

  /** By user and password that did not come in a header: each time it is a login of its own. */
  async login({ host, ...shown }: Login): Promise<Admission> {
    return await this.#admit(host, async () => {
      const found = await this.#check(shown, host, 'login')
      if (!('status' in found)) this.tellLogin({ principal: found, host }, 'login')
      return found
    })
  }

  /** Without any of what a login is: for whoever has logged in already. Throws where that cannot be known now. */
  async passwordIsRight(user: string, password: string): Promise<boolean> {
    return (await this.#options.gatekeeper?.passwordIsRight(user, password)) === true
  }

  /**
   * Somebody who has said who they are elsewhere: for whom another process of the group speaks, which
   * tells of changes itself.
   */
  admitFor({ principal, host }: Said): Visitor {
    return { principal, host, rights: this.#rightsOf(principal, host) }
  }

  /** The same for whom another part of this process speaks: changes are told here. */
  visitorOf(said: Said): Visitor {
    return { ...this.admitFor(said), tellChange: changesTo(this.#options.audit, said) }
  }

  /** Tells of somebody who has logged in. */
  tellLogin({ principal: { name }, host }: Said, mechanism: string): void {
    const { audit } = this.#options
    audit?.tell({ kind: 'login', door: 'http', host, mechanism, user: name, outcome: 'success' })
  }

  /** Tells of a login that failed, by whatever means, and takes as long as all that do. */
  async tellFailure({ host, name, mechanism, why }: Failed): Promise<void> {
    const { logger, clock, audit } = this.#options
    const claimed = name?.slice(0, longestNameInLogs)
    logger.warn('A login failed', { client: host, user: claimed, why })
    audit?.tell({
      ...{ kind: 'login', door: 'http', host, outcome: 'failure' },
      ...{ mechanism, user: claimed, why },
    })
    await pause(failedLoginMs, { clock })
  }

  tellLogout({ principal: { name }, host }: Said, why: string): void {
    this.#options.audit?.tell({ kind: 'logout', door: 'http', host, user: name, why })
  }

  async #admit(host: string, find: () => Promise<Principal | Refused>): Promise<Admission> {
    try {
      const found = await find()
      return 'status' in found ? found : this.visitorOf({ principal: found, host })
    } catch (error) {
      this.#options.logger.warn('A login could not be checked', { client: host, error: `${error}` })
      return { status: 503, why: 'The login cannot be checked now.', challenges: [] }
    }
  }

  /** A password or token counts before a certificate, as Kafka has it. */
  async #identify(
    shown: Shown,
    certified: Principal | undefined,
    host: string,
  ): Promise<Principal | Refused> {
    const { auth, gatekeeper } = this.#options
    if (auth === undefined) return certified ?? anonymous
    if (shown.kind === 'unreadable')
      return await this.#refuse({ host, why: 'the header Authorization cannot be read' })
    if (shown.kind === 'password' && auth.includes('basic')) {
      return await this.#check(shown, host, 'basic')
    }
    if (shown.kind === 'token' && auth.includes('bearer')) {
      const name = await gatekeeper?.userOf(shown.token)
      if (name !== undefined) return user(name)
      const refused = { host, mechanism: 'bearer', why: 'the token is not good' }
      return await this.#refuse(refused, 'error="invalid_token"')
    }
    if (certified !== undefined && auth.includes('certificate')) return certified
    if (auth.includes('anonymous')) return anonymous
    // Many clients ask so at first to learn what is wanted: it is no login that failed.
    return this.#unauthorized()
  }

  async #check(
    { user: name, password }: Omit<Login, 'host'>,
    host: string,
    mechanism: string,
  ): Promise<Principal | Refused> {
    const { failedLogins, clock } = this.#options
    const check = () => this.passwordIsRight(name, password)
    const attempt = { door: 'http', host, user: name, password } as const
    const tried = failedLogins
      ? await failedLogins.tried(attempt, check, (isRight) => isRight)
      : { outcome: await check() }
    if ('refusedMs' in tried) {
      await pause(failedLoginMs, { clock })
      return tooMany(tried.refusedMs)
    }
    if (tried.outcome) return user(name)
    return await this.#refuse({ host, name, mechanism, why: 'the password is wrong' })
  }

  async #refuse(failed: Failed, ofToken?: string): Promise<Refused> {
    await this.tellFailure(failed)
    return this.#unauthorized(ofToken)
  }

  /** Of logins that are right, once while their visitors are remembered. */
  #tell(principal: Principal, host: string, { kind }: Shown): void {
    const { audit, auth } = this.#options
    if (audit === undefined || auth === undefined || principal === anonymous) return
    const mechanism = mechanisms[kind] ?? 'certificate'
    const key = JSON.stringify([mechanism, principal.name, host])
    if (this.#told.get(key)) return
    this.#told.set(key, true)
    this.tellLogin({ principal, host }, mechanism)
  }

  /** Says always the same, whether there is such a user or not. */
  #unauthorized(ofToken?: string): Refused {
    const { auth = [] } = this.#options
    return {
      status: 401,
      why: 'Unauthorized',
      challenges: [
        ...(auth.includes('basic') ? ['Basic realm="leat", charset="UTF-8"'] : []),
        ...(auth.includes('bearer')
          ? [['Bearer realm="leat"', ofToken ?? []].flat().join(', ')]
          : []),
      ],
    }
  }

  #certified(name: string | undefined): Principal | undefined {
    const mapped = name === undefined ? undefined : this.#options.principalOf(name)
    return mapped === undefined ? undefined : user(mapped)
  }

  #rightsOf(principal: Principal, host: string): Rights {
    const { gatekeeper, logger, audit } = this.#options
    if (gatekeeper?.authorizer === undefined) return unlimitedRights
    const key = JSON.stringify([formatPrincipal(principal), host])
    const known = this.#rights.get(key)
    if (known !== undefined) return known
    const client = logger.with({ client: host })
    const decisions = audit && decisionsTo(audit, { door: 'http', host, principal })
    const rights = new LimitedRights(gatekeeper.authorizer, principal, host, client, decisions)
    this.#rights.set(key, rights)
    return rights
  }
}

function tooMany(refusedMs: number): Refused {
  const seconds = Math.ceil(refusedMs / 1000)
  const why = `Too many logins have failed; try again in ${seconds} s.`
  return { status: 429, why, challenges: [], retryAfterMs: refusedMs }
}

interface Login {
  readonly user: string
  readonly password: string
  readonly host: string
}

interface Failed {
  readonly host: string
  readonly name?: string
  readonly mechanism?: string
  readonly why: string
}
