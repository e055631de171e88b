import { createHash, hkdfSync } from 'node:crypto'
import { formatPrincipal } from '../../access/principal.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { keyBytes, seal, unseal } from './sealed.ts'
import { type LoggedIn, Session, type SessionLimits } from './session.ts'

export interface SessionsOptions {
  readonly limits: SessionLimits
  readonly passwordIsRight: (user: string, password: string) => Promise<boolean>
  readonly clock: Clock
  readonly random: Random
}

const idBytes = 32
/** With more, the one that was not used longest ends. */
const mostSessions = 10_000
/** The same, of one user: who is logged in everywhere forgets where. */
const mostOfUser = 20

/**
 * Who is logged in, in memory alone: a restart ends all sessions. What stands in the cookie is the id,
 * of which only a digest is kept; a password is kept under a key that follows from the id, so that
 * it can be asked about again while its owner is here, and by nobody else.
 */
export class Sessions {
  readonly #options: SessionsOptions
  /** By the digests of their ids, the last used at the end. */
  readonly #sessions = new Map<string, Session>()

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  /** The id of a new session. */
  open(who: Omit<LoggedIn, 'isStillRight'>, password?: string): string {
    const { limits, clock, random } = this.#options
    const id = random.bytes(idBytes).toString('base64url')
    const session = new Session(
      { ...who, ...(password !== undefined && this.#check(who, id, password)) },
      limits,
      clock,
    )
    this.#sessions.set(digestOf(id), session)
    this.#keepFew(formatPrincipal(who.principal))
    return id
  }

  /** Undefined where there is none, or it has ended. */
  find(id: string): Session | undefined {
    const digest = digestOf(id)
    const session = this.#sessions.get(digest)
    if (session === undefined) return undefined
    if (session.isOver) {
      this.#end(digest)
      return undefined
    }
    session.use()
    this.#sessions.delete(digest)
    this.#sessions.set(digest, session)
    return session
  }

  /** Whose it was. */
  end(id: string): Session | undefined {
    return this.#end(digestOf(id))
  }

  #end(digest: string): Session | undefined {
    const session = this.#sessions.get(digest)
    this.#sessions.delete(digest)
    session?.end()
    return session
  }

  #check({ principal: { name } }: Pick<LoggedIn, 'principal'>, id: string, password: string) {
    const { passwordIsRight, random } = this.#options
    const sealed = seal(password, keyOf(id), random)
    return {
      isStillRight: async (shown: string) => {
        const opened = unseal(sealed, keyOf(shown))
        return opened !== undefined && (await passwordIsRight(name, opened))
      },
    }
  }

  #keepFew(user: string): void {
    const ofUser = Array.from(this.#sessions).filter(
      ([, { who }]) => formatPrincipal(who.principal) === user,
    )
    for (const [digest] of ofUser.slice(0, -mostOfUser)) this.#end(digest)
    if (this.#sessions.size <= mostSessions) return
    const [oldest] = this.#sessions.keys()
    if (oldest !== undefined) this.#end(oldest)
  }
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64')
}

function keyOf(id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', id, '', 'leat console password', keyBytes))
}
