import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Audit } from '../../access/audit.ts'
import { hostAddress } from '../../access/host.ts'
import type { Random } from '../../base/random.ts'
import { shownIn } from './authorization.ts'
import { readSpokenFor, type Said } from './spoken-for.ts'
import { type Admission, type Admits, changesTo, type Refused, visitorInside } from './visitor.ts'

/** A part that does nothing for itself here, but what its own visitors ask. */
export interface Speaker {
  readonly part: string
  /** What would become of the visitor who came in person. */
  readonly admitFor: (said: Said) => Admission
}

export interface InsideOptions {
  readonly speaker?: Speaker | undefined
  /** Told what the parts change for themselves. */
  readonly audit?: Audit | undefined
}

const passwordBytes = 32
const unauthorized: Refused = { status: 401, why: 'Unauthorized', challenges: [] }

/**
 * For the parts of this process alone: each has a password, made anew at each start and told to
 * nobody else.
 */
export class InsideEntrance implements Admits {
  readonly #passwords: ReadonlyMap<string, string>
  readonly #options: InsideOptions

  constructor(parts: readonly string[], random: Random, options: InsideOptions = {}) {
    this.#passwords = new Map(
      parts.map((part) => [part, random.bytes(passwordBytes).toString('base64url')]),
    )
    this.#options = options
  }

  loginOf(part: string): { readonly user: string; readonly password: string } {
    const password = this.#passwords.get(part)
    if (password === undefined) throw new Error(`'${part}' is no part of this process`)
    return { user: part, password }
  }

  async admit({ headers, socket }: IncomingMessage): Promise<Admission> {
    const shown = shownIn(headers.authorization)
    if (shown.kind !== 'password' || !this.#isRight(shown.user, shown.password)) return unauthorized
    const { speaker, audit } = this.#options
    if (shown.user !== speaker?.part) {
      const visitor = visitorInside(shown.user, hostAddress(socket.remoteAddress ?? ''))
      return { ...visitor, tellChange: changesTo(audit, visitor) }
    }
    const said = readSpokenFor(headers)
    return said === undefined ? unauthorized : speaker.admitFor(said)
  }

  /** Other processes do not come in here. */
  admitFor(): Admission {
    return unauthorized
  }

  #isRight(part: string, password: string): boolean {
    const [right, given] = [Buffer.from(this.#passwords.get(part) ?? ''), Buffer.from(password)]
    return right.length > 0 && right.length === given.length && timingSafeEqual(right, given)
  }
}
