import type { Random } from '../../../base/random.ts'
import {
  accepted,
  failed,
  type Login,
  reply,
  type ServerExchange,
  type ServerStep,
} from '../exchange.ts'
import { actsAsAnother } from '../plain.ts'
import { isProof, type ScramCredential, serverSignature } from './keys.ts'
import type { ScramMechanism } from './mechanisms.ts'
import { type ClientFirst, readClientFinal, readClientFirst, writeServerFirst } from './messages.ts'

export interface ScramAccount {
  readonly credential: ScramCredential
  readonly login: Login
}

/**
 * Finds what is kept of a password, or of a delegation token where the client says that its name
 * is the id of one (KIP-48). For a name that nobody has, it gives a credential without a password,
 * always with the same salt, so that strangers do not learn which names there are.
 */
export type FindAccount = (name: string, isTokenId: boolean) => Promise<ScramAccount>

/** What the first round has settled. */
interface Begun {
  readonly first: ClientFirst
  readonly account: ScramAccount
  readonly nonce: string
  readonly serverFirst: string
}

const nonceBytes = 24

/** The server's side of SCRAM, without channel binding (RFC 5802, 7677). */
export class ScramServer implements ServerExchange {
  readonly #mechanism: ScramMechanism
  readonly #find: FindAccount
  readonly #random: Random
  #begun: Begun | undefined

  constructor(mechanism: ScramMechanism, find: FindAccount, random: Random) {
    this.#mechanism = mechanism
    this.#find = find
    this.#random = random
  }

  async next(token: Buffer): Promise<ServerStep> {
    return this.#begun === undefined ? await this.#open(token) : this.#finish(token, this.#begun)
  }

  async #open(token: Buffer): Promise<ServerStep> {
    const first = readClientFirst(token)
    if (first === undefined) return failed("the client's first message is not SCRAM's")
    const { name, authorizationId } = first
    if (authorizationId !== undefined && authorizationId !== name) {
      return failed('the client wants to act as somebody else', { user: name, says: actsAsAnother })
    }
    const account = await this.#find(name, first.extensions.get('tokenauth') === 'true')
    const nonce = first.nonce + this.#random.bytes(nonceBytes).toString('base64url')
    const serverFirst = writeServerFirst({ nonce, ...account.credential })
    this.#begun = { first, account, nonce, serverFirst }
    return reply(Buffer.from(serverFirst))
  }

  #finish(token: Buffer, begun: Begun): ServerStep {
    const { first, account, nonce, serverFirst } = begun
    const { name: user } = first
    const final = readClientFinal(token)
    if (final === undefined) return failed("the client's final message is not SCRAM's", { user })
    // Older librdkafkas put their own half before the whole once more, which proves as much.
    if (final.nonce !== nonce && final.nonce !== first.nonce + nonce) {
      return failed('the nonce belongs to another login', { user })
    }
    if (final.header !== first.header) return failed('the channel binding has changed', { user })
    const all = `${first.bare},${serverFirst},${final.withoutProof}`
    if (!isProof(this.#mechanism, account.credential, final.proof, all)) {
      return failed('wrong user name or password', { user })
    }
    const signature = serverSignature(this.#mechanism, account.credential.serverKey, all)
    return accepted(account.login, Buffer.from(`v=${signature.toString('base64')}`))
  }
}
