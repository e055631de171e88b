import { timingSafeEqual } from 'node:crypto'
import type { Random } from '../../../base/random.ts'
import { type ClientExchange, type ClientStep, failed, reply, textOf } from '../exchange.ts'
import { escapeName } from '../sasl-name.ts'
import { clientProof, credentialOf, saltPassword, serverSignature } from './keys.ts'
import { fewestIterations, type ScramMechanism } from './mechanisms.ts'
import { readServerFinal, readServerFirst } from './messages.ts'

interface ScramClientOptions {
  readonly mechanism: ScramMechanism
  readonly user: string
  readonly password: string
  readonly random: Random
  /** Such as `tokenauth=true`, where user and password are a delegation token's id and HMAC. */
  readonly extensions?: Readonly<Record<string, string>>
}

const nonceBytes = 24
/** `n`: this client binds no channel; and it acts for nobody else. */
const header = 'n,,'
/** A server that asks for more wants the client's time, not a safe password. */
const mostIterationsToDo = 1_000_000

/** The client's side of SCRAM, which also makes sure that the server knows the password. */
export class ScramClient implements ClientExchange {
  readonly #options: ScramClientOptions
  readonly #nonce: string
  readonly #bare: string
  #expected: Buffer | undefined

  constructor(options: ScramClientOptions) {
    this.#options = options
    this.#nonce = options.random.bytes(nonceBytes).toString('base64url')
    const extensions = Object.entries(options.extensions ?? {})
    this.#bare = [['n', escapeName(options.user)], ['r', this.#nonce], ...extensions]
      .map(([name, value]) => `${name}=${value}`)
      .join(',')
  }

  first(): Buffer {
    return Buffer.from(header + this.#bare)
  }

  async next(token: Buffer): Promise<ClientStep> {
    const text = textOf(token) ?? ''
    return this.#expected === undefined
      ? await this.#prove(text)
      : this.#check(text, this.#expected)
  }

  async #prove(serverFirst: string): Promise<ClientStep> {
    const first = readServerFirst(serverFirst)
    if (first === undefined) return failed("the server's first message is not SCRAM's")
    if (!first.nonce.startsWith(this.#nonce) || first.nonce.length === this.#nonce.length) {
      return failed('the server answers with the nonce of another login')
    }
    if (first.iterations < fewestIterations || first.iterations > mostIterationsToDo) {
      return failed(
        `the server asks for ${first.iterations} iterations; ${fewestIterations} to ${mostIterationsToDo} are accepted`,
      )
    }
    const { mechanism, password } = this.#options
    const salted = await saltPassword(mechanism, password, first.salt, first.iterations)
    const withoutProof = `c=${Buffer.from(header).toString('base64')},r=${first.nonce}`
    const all = `${this.#bare},${serverFirst},${withoutProof}`
    this.#expected = serverSignature(
      mechanism,
      credentialOf(mechanism, salted, first).serverKey,
      all,
    )
    const proof = clientProof(mechanism, salted, all).toString('base64')
    return reply(Buffer.from(`${withoutProof},p=${proof}`))
  }

  #check(serverFinal: string, expected: Buffer): ClientStep {
    const final = readServerFinal(serverFinal)
    if (final === undefined) return failed("the server's final message is not SCRAM's")
    if ('error' in final) return failed(`the server refuses the login: ${final.error}`)
    const { signature } = final
    return signature.length === expected.length && timingSafeEqual(signature, expected)
      ? { kind: 'done' }
      : failed('the server does not know the password: it is not the one it claims to be')
  }
}
