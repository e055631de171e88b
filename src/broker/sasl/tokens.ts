/**
 * Tokens of OAUTHBEARER: JSON Web Tokens (RFC 7519) that are signed with a key of a known set. The
 * rules are those of Kafka's validator: a signature, `exp` and `iat`, a name, and the issuer and
 * audience that are expected.
 */
import { readFile } from 'node:fs/promises'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../base/clock.ts'
import type { CheckToken, RefusedToken } from '../../protocols/sasl/oauthbearer.ts'

export interface TokenOptions {
  /** Where the keys are: an address, or a file. */
  readonly jwks: string
  readonly issuer?: string | undefined
  /** A token must be meant for one of them; none: for anybody. */
  readonly audience?: readonly string[] | undefined
  /** The claim that names the user; `sub` where it is not given. */
  readonly subject?: string | undefined
  /** The claim that lists what the token is good for; `scope` where it is not given. */
  readonly scope?: string | undefined
  /** What it must be good for. */
  readonly requiredScopes?: readonly string[] | undefined
  readonly clockSkewMs?: number | undefined
}

/** Only signatures with a public key: who may check a token must not be able to make one. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]
const defaultClockSkewMs = 30_000
const longestName = 1024

export class Tokens {
  readonly #options: TokenOptions
  readonly #clock: Clock
  #keys: Promise<JWTVerifyGetKey> | undefined

  constructor(options: TokenOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  readonly check: CheckToken = async (token) => {
    const { issuer, subject = 'sub', clockSkewMs = defaultClockSkewMs } = this.#options
    const { audience = [] } = this.#options
    const { jwtVerify } = await import('jose')
    let payload: JWTPayload
    try {
      const verified = await jwtVerify(token, await this.#keysOf(), {
        algorithms,
        requiredClaims: ['exp', 'iat', subject],
        clockTolerance: clockSkewMs / 1000,
        currentDate: new Date(this.#clock.now()),
        ...(issuer !== undefined && { issuer }),
        ...(audience.length > 0 && { audience: [...audience] }),
      })
      payload = verified.payload
    } catch (error) {
      return invalid(error instanceof Error ? error.message : String(error))
    }
    const user = payload[subject]
    if (typeof user !== 'string' || user === '' || user.length > longestName) {
      return invalid(`the claim '${subject}' is no name`)
    }
    const missing = this.#missingScope(payload)
    if (missing !== undefined) {
      return { refused: `the token is not good for '${missing}'`, status: 'insufficient_scope' }
    }
    return { user, expiresAtMs: (payload.exp ?? 0) * 1000 }
  }

  #missingScope(payload: JWTPayload): string | undefined {
    const { scope = 'scope', requiredScopes = [] } = this.#options
    const claim = payload[scope]
    const given = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(' ') : []
    return requiredScopes.find((required) => !given.includes(required))
  }

  /** A set that could not be read is read again for the next token. */
  #keysOf(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#readKeys().catch((error) => {
      this.#keys = undefined
      throw error
    })
    return this.#keys
  }

  async #readKeys(): Promise<JWTVerifyGetKey> {
    const { createLocalJWKSet, createRemoteJWKSet } = await import('jose')
    const { jwks } = this.#options
    if (/^https?:/.test(jwks)) return createRemoteJWKSet(new URL(jwks))
    return createLocalJWKSet(JSON.parse(await readFile(jwks, 'utf8')))
  }
}

function invalid(why: string): RefusedToken {
  return { refused: why, status: 'invalid_token' }
}
