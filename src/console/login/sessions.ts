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
/** With more of one user, the one that began first ends. */
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
  /** The digests of each user's, in the order in which they began. */
  readonly #ofUsers = new Map<string, Set<string>>()

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  get count(): number {
    return Array.from(this.#sessions.values()).filter(({ isOver }) => !isOver).length
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
    const [digest, user] = [digestOf(id), formatPrincipal(who.principal)]
    this.#sessions.set(digest, session)
    const ofUser = this.#ofUsers.get(user) ?? new Set()
    this.#ofUsers.set(user, ofUser.add(digest))
    if (ofUser.size > mostOfUser) this.#endFirst(ofUser)
    if (this.#sessions.size > mostSessions) this.#endFirst(this.#sessions.keys())
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
    if (session === undefined) return undefined
    this.#sessions.delete(digest)
    const user = formatPrincipal(session.who.principal)
    const ofUser = this.#ofUsers.get(user)
    ofUser?.delete(digest)
    if (ofUser?.size === 0) this.#ofUsers.delete(user)
    session.end()
    return session
  }

  #endFirst(digests: Iterable<string>): void {
    const [first] = digests
    if (first !== undefined) this.#end(first)
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
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64')
}

function keyOf(id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', id, '', 'leat console password', keyBytes))
}
