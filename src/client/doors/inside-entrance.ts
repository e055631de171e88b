import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Random } from '../../base/random.ts'
import { shownIn } from './authorization.ts'
import { readSpokenFor, type Said } from './spoken-for.ts'
import { type Admission, type Admits, type Refused, visitorInside } from './visitor.ts'

/** A part that does nothing for itself here, but what its own visitors ask. */
export interface Speaker {
  readonly part: string
  /** What would become of the visitor who came in person. */
  readonly admitFor: (said: Said) => Admission
}

const passwordBytes = 32
const unauthorized: Refused = { status: 401, why: 'Unauthorized', challenges: [] }

/**
 * For the parts of this process alone: each has a password, made anew at each start and told to
 * nobody else.
 */
export class InsideEntrance implements Admits {
  readonly #passwords: ReadonlyMap<string, string>
  readonly #speaker: Speaker | undefined

  constructor(parts: readonly string[], random: Random, speaker?: Speaker) {
    this.#passwords = new Map(
      parts.map((part) => [part, random.bytes(passwordBytes).toString('base64url')]),
    )
    this.#speaker = speaker
  }

  loginOf(part: string): { readonly user: string; readonly password: string } {
    const password = this.#passwords.get(part)
    if (password === undefined) throw new Error(`'${part}' is no part of this process`)
    return { user: part, password }
  }

  async admit({ headers }: IncomingMessage): Promise<Admission> {
    const shown = shownIn(headers.authorization)
    if (shown.kind !== 'password' || !this.#isRight(shown.user, shown.password)) return unauthorized
    if (shown.user !== this.#speaker?.part) return visitorInside(shown.user)
    const said = readSpokenFor(headers)
    return said === undefined ? unauthorized : this.#speaker.admitFor(said)
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
