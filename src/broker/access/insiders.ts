import { timingSafeEqual } from 'node:crypto'
import { insidePrincipal } from '../../access/inside-rights.ts'
import type { Principal } from '../../access/principal.ts'
import type { Random } from '../../base/random.ts'
import type { ServerExchange } from '../../protocols/sasl/exchange.ts'
import { plainServer } from '../../protocols/sasl/plain.ts'

const passwordBytes = 32

/**
 * The parts of this process that come in as clients: each has a password, made anew at each start
 * and told to nobody else, for the listener that is theirs.
 */
export class Insiders {
  readonly #passwords: ReadonlyMap<string, string>

  constructor(parts: readonly string[], random: Random) {
    this.#passwords = new Map(
      parts.map((part) => [part, random.bytes(passwordBytes).toString('base64url')]),
    )
  }

  passwordOf(part: string): string {
    const password = this.#passwords.get(part)
    if (password === undefined) throw new Error(`'${part}' is no part of this process`)
    return password
  }

  principalOf(part: string): Principal {
    return insidePrincipal(part)
  }

  exchange(): ServerExchange {
    return plainServer(async (part, password) => {
      const [right, given] = [this.#passwords.get(part) ?? '', password].map(Buffer.from) as [
        Buffer,
        Buffer,
      ]
      return right.length === given.length && right.length > 0 && timingSafeEqual(right, given)
    })
  }
}
