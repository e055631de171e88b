/**
 * Logins by password that fail, at all doors of a process together, and what becomes of those who go
 * on guessing. docs/decisions/failed-logins.md says why so.
 *
 * - Of one user at one address: after some failures no password is looked at for a while, which
 *   grows. The same wrong password again is no guess, and not counted.
 * - At one address, of many users: only users who came in there before are heard.
 * - Of one user at many addresses: at each that this user did not come from, one guess is enough.
 *
 * Nobody who comes from elsewhere with the right password is ever refused, so that no stranger can
 * lock a user out. Tokens and certificates cannot be guessed and are no matter of this place. An
 * address of IPv6 stands for its network (/64), which one machine has to itself.
 */
import { createHmac } from 'node:crypto'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Random } from '../base/random.ts'
import { RecentlyUsed } from '../base/recently-used.ts'
import { Turns } from '../base/turns.ts'
import type { Audit, LoginEvent } from './audit.ts'
import { networkOf } from './host.ts'
import { Tally, type TallyLimits } from './tally.ts'

export interface FailedLoginLimits extends TallyLimits {
  /** Failures of one user at one address. */
  readonly ofUserAtAddress: number
  /** Users who failed at one address without ever having come in there. */
  readonly usersAtAddress: number
  /** Failures of one user at all addresses that this user did not come from. */
  readonly ofUser: number
  /** Addresses and networks (`10.0.0.0/8`) where nothing is refused. */
  readonly exempt: readonly string[]
}

export interface FailedLoginParts {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  readonly audit?: Audit | undefined
}

export interface LoginAttempt extends Pick<LoginEvent, 'door'> {
  /** The client's address, as rules of access write it. */
  readonly host: string
  readonly user: string
  /** Where it is seen: SCRAM does not show it. */
  readonly password?: string | undefined
}

/** What came of it, or how long nothing is tried. */
export type Tried<Outcome> = { readonly outcome: Outcome } | { readonly refusedMs: number }

/** Each of these tables forgets what was not asked for longest; all together take some 20 MB. */
const mostPairs = 20_000
const mostAddresses = 20_000
const mostUsers = 5000
/** So many passwords are looked at for an address at once: what is one too many is known in time. */
const mostAtOnce = 4
const mostWaiting = 10_000
const tooManyWaitMs = 1000
const rememberedPasswords = 3
const secretBytes = 32
/** Longer names count as one when they begin alike. */
const longestName = 100

/** One user at one address. */
interface Pair {
  readonly tally: Tally
  /** Digests of the last passwords that were wrong. */
  wrong: readonly string[]
}

export class FailedLogins {
  readonly #limits: FailedLoginLimits
  readonly #parts: FailedLoginParts
  readonly #exempt = new BlockList()
  readonly #secret: Buffer
  readonly #pairs = new RecentlyUsed<string, Pair>(mostPairs)
  readonly #addresses = new RecentlyUsed<string, Tally>(mostAddresses)
  readonly #users = new RecentlyUsed<string, Tally>(mostUsers)
  /** Who came in, and where: strangers cannot push anybody out of this table. */
  readonly #familiar = new RecentlyUsed<string, true>(mostPairs)
  /** Of addresses whose passwords are being looked at. */
  readonly #turns = new Map<string, { readonly turns: Turns; inUse: number }>()
  #failed = 0
  #refused = 0

  constructor(limits: FailedLoginLimits, parts: FailedLoginParts) {
    this.#limits = limits
    this.#parts = parts
    this.#secret = parts.random.bytes(secretBytes)
    for (const one of limits.exempt) exempt(one, this.#exempt)
    parts.metrics.counter(
      'leat_logins_failed_total',
      'Logins whose password was wrong.',
      () => this.#failed,
    )
    parts.metrics.counter(
      'leat_logins_refused_total',
      'Logins whose password was not looked at, because too many had failed.',
      () => this.#refused,
    )
  }

  /**
   * Tries a login, or a step of one, unless too many have failed. `isRight` says what an outcome
   * means; undefined where nothing is decided yet. Throws what `check` does, which counts nothing.
   */
  async tried<Outcome>(
    attempt: LoginAttempt,
    check: () => Promise<Outcome>,
    isRight: (outcome: Outcome) => boolean | undefined,
  ): Promise<Tried<Outcome>> {
    if (this.#isExempt(attempt.host)) {
      const outcome = await check()
      if (isRight(outcome) === false) this.#failed += 1
      return { outcome }
    }
    const keys = keysOf(attempt)
    const early = this.#refusal(keys)
    if (early !== undefined) return early
    return await this.#inTurn(keys.address, async () => {
      const refusal = this.#refusal(keys)
      if (refusal !== undefined) return refusal
      const outcome = await check()
      const verdict = isRight(outcome)
      if (verdict === true) this.#familiar.set(keys.pair, true)
      if (verdict === false) this.#fail(attempt, keys)
      return { outcome }
    })
  }

  #isExempt(host: string): boolean {
    // Of a connection that is gone the address is not known any more.
    return isIP(host) !== 0 && this.#exempt.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
  }

  async #inTurn<Outcome>(
    address: string,
    action: () => Promise<Tried<Outcome>>,
  ): Promise<Tried<Outcome>> {
    const entry = this.#turns.get(address) ?? { turns: new Turns(mostAtOnce), inUse: 0 }
    if (entry.inUse >= mostWaiting) return this.#refuse(tooManyWaitMs)
    this.#turns.set(address, entry)
    entry.inUse += 1
    try {
      return await entry.turns.take(action)
    } finally {
      entry.inUse -= 1
      if (entry.inUse === 0) this.#turns.delete(address)
    }
  }

  #refusal({ address, pair }: Keys): { refusedMs: number } | undefined {
    const nowMs = this.#parts.clock.now()
    const ofPair = this.#pairs.get(pair)?.tally.refusedMs(nowMs) ?? 0
    const isFamiliar = this.#familiar.get(pair) !== undefined
    const ofAddress = isFamiliar ? 0 : (this.#addresses.get(address)?.refusedMs(nowMs) ?? 0)
    const refusedMs = Math.max(ofPair, ofAddress)
    return refusedMs === 0 ? undefined : this.#refuse(refusedMs)
  }

  #refuse(refusedMs: number): { refusedMs: number } {
    this.#refused += 1
    return { refusedMs }
  }

  #fail(attempt: LoginAttempt, keys: Keys): void {
    this.#failed += 1
    const { ofUserAtAddress, usersAtAddress, ofUser } = this.#limits
    const nowMs = this.#parts.clock.now()
    const pair = this.#pairs.get(keys.pair) ?? { tally: new Tally(this.#limits), wrong: [] }
    this.#pairs.set(keys.pair, pair)
    const isFirst = pair.tally.count(nowMs) === 0
    if (this.#isSameAsBefore(attempt, pair, isFirst)) return
    const isFamiliar = this.#familiar.get(keys.pair) !== undefined
    const isBesieged = (this.#users.get(keys.user)?.count(nowMs) ?? 0) >= ofUser
    const most = isBesieged && !isFamiliar ? 1 : ofUserAtAddress
    this.#tell(attempt, pair.tally.add(nowMs, most), 'of this user at this address')
    if (isFamiliar) return
    const user = this.#tallyOf(this.#users, keys.user)
    user.add(nowMs, Number.POSITIVE_INFINITY)
    if (user.count(nowMs) === ofUser) this.#tellOfSiege(attempt)
    if (!isFirst) return
    const refusedMs = this.#tallyOf(this.#addresses, keys.address).add(nowMs, usersAtAddress)
    this.#tell(attempt, refusedMs, 'of users who never came in at this address')
  }

  /** A program that was left with an old password says it again and again, and guesses nothing. */
  #isSameAsBefore({ password }: LoginAttempt, pair: Pair, isFirst: boolean): boolean {
    if (password === undefined) return false
    const digest = createHmac('sha256', this.#secret).update(password).digest('base64')
    if (!isFirst && pair.wrong.includes(digest)) return true
    pair.wrong = [digest, ...(isFirst ? [] : pair.wrong)].slice(0, rememberedPasswords)
    return false
  }

  #tallyOf(tallies: RecentlyUsed<string, Tally>, key: string): Tally {
    const tally = tallies.get(key) ?? new Tally(this.#limits)
    tallies.set(key, tally)
    return tally
  }

  #tell({ door, host, user }: LoginAttempt, refusedMs: number | undefined, what: string): void {
    if (refusedMs === undefined) return
    const seconds = Math.ceil(refusedMs / 1000)
    const why = `too many logins ${what} have failed: none is tried for ${seconds} s`
    this.#say({ door, host, user }, 'Logins are refused for a while', why)
  }

  #tellOfSiege({ door, host, user }: LoginAttempt): void {
    const why = 'too many logins of this user have failed at many addresses: each has one guess'
    this.#say({ door, host, user }, "A user's password is being guessed", why)
  }

  #say({ door, host, user: claimed }: LoginAttempt, sentence: string, why: string): void {
    const { logger, audit } = this.#parts
    const user = claimed.slice(0, longestName)
    logger.warn(sentence, { door, client: host, user, why })
    audit?.tell({ kind: 'login', door, host, mechanism: undefined, user, outcome: 'refused', why })
  }
}

interface Keys {
  readonly address: string
  readonly user: string
  readonly pair: string
}

function keysOf({ host, user: claimed }: LoginAttempt): Keys {
  const address = networkOf(host)
  const user = claimed.slice(0, longestName)
  return { address, user, pair: `${address} ${user}` }
}

/** `localhost`, an address, or a network as ADDRESS/BITS. */
function exempt(given: string, list: BlockList): void {
  if (given === 'localhost') {
    list.addSubnet('127.0.0.0', 8, 'ipv4')
    list.addAddress('::1', 'ipv6')
    return
  }
  const [address = '', bits] = given.split('/')
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}
