import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Random } from '../../base/random.ts'
import { shownIn } from './authorization.ts'
import { type Admission, type Admits, visitorInside } from './visitor.ts'

const passwordBytes = 32

/**
 * For the parts of this process alone: each has a password, made anew at each start and told to
 * nobody else.
 */
export class InsideEntrance implements Admits {
  readonly #passwords: ReadonlyMap<string, string>

  constructor(parts: readonly string[], random: Random) {
    this.#passwords = new Map(
      parts.map((part) => [part, random.bytes(passwordBytes).toString('base64url')]),
    )
  }

  loginOf(part: string): { readonly user: string; readonly password: string } {
    const password = this.#passwords.get(part)
    if (password === undefined) throw new Error(`'${part}' is no part of this process`)
    return { user: part, password }
  }

  async admit({ headers }: IncomingMessage): Promise<Admission> {
    const shown = shownIn(headers.authorization)
    if (shown.kind === 'password' && this.#isRight(shown.user, shown.password)) {
      return visitorInside(shown.user)
    }
    return { status: 401, why: 'Unauthorized', challenges: [] }
  }

  #isRight(part: string, password: string): boolean {
    const [right, given] = [Buffer.from(this.#passwords.get(part) ?? ''), Buffer.from(password)]
    return right.length > 0 && right.length === given.length && timingSafeEqual(right, given)
  }
}
