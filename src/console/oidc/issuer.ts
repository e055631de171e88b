import type { Configuration, CustomFetch } from 'openid-client'
import type { Clock } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import type { TlsClientSettings } from '../../base/tls/settings.ts'
import { Turns } from '../../base/turns.ts'
import { consoleError } from '../errors.ts'
import { fetchBy } from './fetch.ts'
import { type Named, namedBy } from './named.ts'

export interface IssuerSettings {
  readonly issuer: string
  readonly clientId: string
  /** Absent: a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined
  readonly scopes: readonly string[]
  /** What somebody is asked there each time; absent, nothing where the issuer knows them. */
  readonly prompt?: string | undefined
  /** The claims that name the user, and list groups. */
  readonly user: string
  readonly groups: string
  readonly tls: TlsClientSettings | undefined
}

/** What ties the answer of the issuer to the browser that asked, and to nothing else. */
export interface Begun {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

type Library = typeof import('openid-client')
interface Known {
  readonly library: Library
  readonly config: Configuration
}

/** What an issuer says of itself (endpoints, keys) is read anew after so long. */
const believedMs = 60 * 60_000
const clockSkewSeconds = 30
/** Strangers must not have leat ask the issuer more than it is used to. */
const mostAtOnce = 8
const mostWaiting = 100

/**
 * An issuer of OpenID Connect: the authorization code flow with PKCE. Whom it names is believed once
 * its signature, its nonce and for whom the token is have been found right.
 */
export class Issuer {
  readonly #settings: IssuerSettings
  readonly #clock: Clock
  readonly #fetch: CustomFetch
  readonly #turns = new Turns(mostAtOnce, mostWaiting)
  #known: { readonly found: Promise<Known>; readonly atMs: number } | undefined

  constructor(settings: IssuerSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
    this.#fetch = fetchBy(settings, clock)
  }

  /** Where to send a browser, which comes back to `back`. Throws 'issuer-…'. */
  async begin(back: string): Promise<{ readonly url: string; readonly begun: Begun }> {
    const { library, config } = await this.#find()
    const { scopes, prompt } = this.#settings
    const begun = {
      state: library.randomState(),
      nonce: library.randomNonce(),
      verifier: library.randomPKCECodeVerifier(),
    }
    const url = library.buildAuthorizationUrl(config, {
      redirect_uri: back,
      scope: scopes.join(' '),
      ...(prompt !== undefined && { prompt }),
      ...{ response_type: 'code', state: begun.state, nonce: begun.nonce },
      code_challenge: await library.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, begun }
  }

  /** Who has come back, to the address with this query. Throws 'issuer-…'. */
  async end(cameBack: URL, begun: Begun): Promise<Named> {
    if (this.#turns.isFull) throw consoleError('issuer-busy', undefined)
    return await this.#turns.take(() => this.#end(cameBack, begun))
  }

  async #end(cameBack: URL, { state, nonce, verifier }: Begun): Promise<Named> {
    const { library, config } = await this.#find()
    try {
      const tokens = await library.authorizationCodeGrant(config, cameBack, {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
        idTokenExpected: true,
      })
      const claims = tokens.claims() ?? {}
      const said = await this.#claimsOf(claims, tokens.access_token, { library, config })
      const named = namedBy(said, this.#settings)
      if (named !== undefined) return named
    } catch (error) {
      throw this.#failure(error, library)
    }
    throw consoleError('issuer-unnamed', { ...this.#settings, claim: this.#settings.user })
  }

  /** Many issuers say in the token only who somebody is, and the rest to whoever asks with it. */
  async #claimsOf(
    claims: Readonly<Record<string, unknown>>,
    accessToken: string,
    { library, config }: Known,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { user, groups } = this.#settings
    const isAll = [user, groups].every((name) => claims[name] !== undefined)
    if (isAll || config.serverMetadata().userinfo_endpoint === undefined) return claims
    const more = await library.fetchUserInfo(config, accessToken, String(claims.sub))
    return { ...more, ...claims }
  }

  async #find(): Promise<Known> {
    const nowMs = this.#clock.now()
    if (this.#known === undefined || nowMs - this.#known.atMs > believedMs) {
      this.#known = { found: this.#discover(), atMs: nowMs }
    }
    const { found } = this.#known
    try {
      return await found
    } catch (error) {
      if (this.#known?.found === found) this.#known = undefined
      throw error
    }
  }

  async #discover(): Promise<Known> {
    const library = await import('openid-client')
    const { issuer, clientId, clientSecret } = this.#settings
    const isPlain = issuer.startsWith('http:')
    try {
      const config = await library.discovery(
        new URL(issuer),
        clientId,
        { [library.clockTolerance]: clockSkewSeconds },
        clientSecret === undefined ? library.None() : showing(clientSecret, library),
        {
          [library.customFetch]: this.#fetch,
          // By default a signature is not looked at where TLS brought it.
          execute: [
            library.enableNonRepudiationChecks,
            ...(isPlain ? [library.allowInsecureRequests] : []),
          ],
        },
      )
      return { library, config }
    } catch (error) {
      throw this.#failure(error, library)
    }
  }

  #failure(error: unknown, { AuthorizationResponseError }: Library): Error {
    const { issuer } = this.#settings
    const isUnreachable = causesOf(error).find((one) => isError(one, 'issuer-unreachable'))
    if (isUnreachable !== undefined) return isUnreachable
    const why = sentenceOf(error)
    const code = error instanceof AuthorizationResponseError ? 'issuer-denied' : 'issuer-untrusted'
    return consoleError(code, { issuer, why }, { cause: error })
  }
}

/** In the header where the issuer takes that, as OpenID Connect has it, else in the body. */
function showing(secret: string, library: Library): ReturnType<Library['ClientSecretBasic']> {
  const [inHeader, inBody] = [library.ClientSecretBasic(secret), library.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const show = taken.includes('client_secret_basic') ? inHeader : inBody
    show(server, ...rest)
  }
}

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : []
}

const longestWhy = 300

/** What is said of a failure; the issuer's own words, which anybody can put into an address, in part. */
function sentenceOf(error: unknown): string {
  const said = causesOf(error).map(({ message }) => message)
  const { error: code } = Object(error) as { error?: unknown }
  return [...(typeof code === 'string' ? [code] : []), ...said].join(': ').slice(0, longestWhy)
}
