/**
 * The users and what is kept of their passwords. Those of the configuration come before those of
 * the same name that clients have made.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from '../../base/random.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import { Turns } from '../../base/turns.ts'
import {
  credentialOf,
  type ScramCredential,
  saltFrom,
  saltPassword,
} from '../../protocols/sasl/scram/keys.ts'
import {
  fewestIterations,
  type ScramMechanism,
  type ScramName,
  scramMechanisms,
} from '../../protocols/sasl/scram/mechanisms.ts'
import type { FindAccount, ScramAccount } from '../../protocols/sasl/scram/server.ts'
import type { TokenAccount } from '../delegation/index.ts'

interface AccountSources {
  /** The passwords of the configuration, by user. */
  readonly declared: ReadonlyMap<string, string>
  /** What clients have stored for a user and a mechanism. */
  readonly stored: (user: string, mechanism: ScramName) => ScramCredential | undefined
  /** What a delegation token with this id stands for. */
  readonly token: (id: string) => TokenAccount | undefined
  /** Makes salts that nobody can foresee and that are always the same for the same name. */
  readonly secret: Buffer
  readonly random: Random
}

/** Two at a time leave threads of Node's pool to the log's syncs. */
const mostChecksAtOnce = 2
/** A token's is made anew, in a millisecond, where it was forgotten. */
const mostTokenCredentials = 1000

export class Accounts {
  readonly #sources: AccountSources
  readonly #declared = new Map<string, Promise<ScramCredential>>()
  readonly #ofTokens = new RecentlyUsed<string, Promise<ScramCredential>>(mostTokenCredentials)
  /** A digest of the password that a credential was last seen to belong to: see `check`. */
  readonly #seen = new WeakMap<ScramCredential, Buffer>()
  /** At most one check waits for each connection. */
  readonly #turns = new Turns(mostChecksAtOnce)

  constructor(sources: AccountSources) {
    this.#sources = sources
  }

  /** Salts the passwords of the configuration beforehand, so that no first login takes longer. */
  async prepare(): Promise<void> {
    for (const [user, password] of this.#sources.declared) {
      for (const mechanism of scramMechanisms) await this.#derived(mechanism, user, password)
    }
  }

  /** For SCRAM. */
  find(mechanism: ScramMechanism): FindAccount {
    return async (user, isTokenId) =>
      isTokenId
        ? await this.#accountOfToken(mechanism, user)
        : { credential: await this.#credential(mechanism, user), login: { user } }
  }

  /**
   * For PLAIN. Takes a thread about a millisecond, for a user whom there is not, too; a password
   * that was right before is known again at once.
   */
  async check(user: string, password: string): Promise<boolean> {
    const mechanism = this.#mechanismOf(user)
    const credential = await this.#credential(mechanism, user)
    const digest = createHmac('sha256', this.#sources.secret).update(password).digest()
    const seen = this.#seen.get(credential)
    if (seen !== undefined && timingSafeEqual(seen, digest)) return true
    const { salt, iterations } = credential
    const salted = await this.#turns.take(() => saltPassword(mechanism, password, salt, iterations))
    const isRight = timingSafeEqual(
      credentialOf(mechanism, salted, credential).storedKey,
      credential.storedKey,
    )
    if (isRight) this.#seen.set(credential, digest)
    return isRight
  }

  #mechanismOf(user: string): ScramMechanism {
    const [first] = scramMechanisms as [ScramMechanism]
    if (this.#sources.declared.has(user)) return first
    const { stored } = this.#sources
    return scramMechanisms.find(({ name }) => stored(user, name) !== undefined) ?? first
  }

  async #credential(mechanism: ScramMechanism, user: string): Promise<ScramCredential> {
    const password = this.#sources.declared.get(user)
    if (password !== undefined) return await this.#derived(mechanism, user, password)
    return this.#sources.stored(user, mechanism.name) ?? this.#decoy(mechanism, user)
  }

  async #accountOfToken(mechanism: ScramMechanism, id: string): Promise<ScramAccount> {
    const token = this.#sources.token(id)
    const name = `token/${id}`
    if (token === undefined) {
      return { credential: this.#decoy(mechanism, name), login: { user: id } }
    }
    const key = `${mechanism.name}/${id}`
    const credential = this.#ofTokens.get(key) ?? this.#salted(mechanism, name, token.password)
    this.#ofTokens.set(key, credential)
    return { credential: await credential, login: token.login }
  }

  #derived(mechanism: ScramMechanism, user: string, password: string): Promise<ScramCredential> {
    const key = `${mechanism.name}/${user}`
    let credential = this.#declared.get(key)
    if (credential === undefined) {
      credential = this.#salted(mechanism, user, password)
      this.#declared.set(key, credential)
    }
    return credential
  }

  async #salted(
    mechanism: ScramMechanism,
    name: string,
    password: string,
  ): Promise<ScramCredential> {
    const salting = { salt: this.#saltOf(mechanism, name), iterations: fewestIterations }
    const salted = await this.#turns.take(() =>
      saltPassword(mechanism, password, salting.salt, salting.iterations),
    )
    return credentialOf(mechanism, salted, salting)
  }

  /** What strangers see where there is no such user: a salt as of a user, and no password. */
  #decoy(mechanism: ScramMechanism, user: string): ScramCredential {
    return {
      salt: this.#saltOf(mechanism, user),
      iterations: fewestIterations,
      storedKey: this.#sources.random.bytes(mechanism.keyBytes),
      serverKey: this.#sources.random.bytes(mechanism.keyBytes),
    }
  }

  #saltOf({ name }: ScramMechanism, user: string): Buffer {
    return saltFrom(createHmac('sha256', this.#sources.secret).update(`${name}/${user}`).digest())
  }
}
