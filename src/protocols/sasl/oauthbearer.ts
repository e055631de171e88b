/** OAUTHBEARER (RFC 7628, KIP-255): a token of somebody whom the broker trusts. */
import {
  accepted,
  type ClientExchange,
  type ClientStep,
  failed,
  type Login,
  reply,
  type ServerExchange,
  type ServerStep,
  textOf,
} from './exchange.ts'
import { readGs2Header } from './gs2-header.ts'

/** Whose token it is, or why it is not good: for our log, and as a status for the client. */
export type CheckToken = (token: string) => Promise<Login | RefusedToken>

export interface RefusedToken {
  readonly refused: string
  readonly status: 'invalid_token' | 'insufficient_scope'
}

/** What a client sends once it has read why its token was refused. */
const acknowledged = Buffer.from([1])

export class OAuthBearerServer implements ServerExchange {
  readonly #check: CheckToken
  #refusal: { why: string; says: string } | undefined

  constructor(check: CheckToken) {
    this.#check = check
  }

  async next(message: Buffer): Promise<ServerStep> {
    if (this.#refusal !== undefined) {
      return failed(this.#refusal.why, { says: this.#refusal.says })
    }
    const opening = readOpening(message)
    if (opening === undefined) return failed("the client's first message is not OAUTHBEARER's")
    const login = await this.#check(opening.token)
    if ('refused' in login) {
      const says = JSON.stringify({ status: login.status })
      this.#refusal = { why: login.refused, says }
      return reply(Buffer.from(says))
    }
    if (opening.authorizationId !== undefined && opening.authorizationId !== login.user) {
      return failed('the client wants to act as somebody else', {
        user: login.user,
        says: "Authentication failed: the authorization id is not the token's principal",
      })
    }
    return accepted(login)
  }
}

/** The token in a client's first message, unverified. */
export function bearerTokenOf(message: Buffer): string | undefined {
  return readOpening(message)?.token
}

export class OAuthBearerClient implements ClientExchange {
  readonly #token: string
  readonly #extensions: Readonly<Record<string, string>>
  #refusal: string | undefined

  constructor(token: string, extensions: Readonly<Record<string, string>> = {}) {
    this.#token = token
    this.#extensions = extensions
  }

  first(): Buffer {
    const pairs = Object.entries({ auth: `Bearer ${this.#token}`, ...this.#extensions })
    const texts = pairs.map(([key, value]) => `${key}=${value}`)
    return Buffer.from(['n,,', ...texts, '', ''].join(separator))
  }

  async next(message: Buffer): Promise<ClientStep> {
    if (this.#refusal !== undefined) return failed(this.#refusal)
    if (message.length === 0) return { kind: 'done' }
    this.#refusal = `the server refuses the token: ${message.toString()}`
    return reply(acknowledged)
  }
}

/** The characters of a bearer token (RFC 6750) and of the values beside it. */
const bearer = /^bearer +([-_~+/.a-z0-9]+=*)$/i
const pair = /^([A-Za-z]+)=([\x20-\x7e\t\r\n]*)$/
/** Stands before, between and, twice, after the pairs. */
const separator = '\x01'

function readOpening(message: Buffer) {
  const header = readGs2Header(textOf(message) ?? '')
  const [before, ...pairs] = header?.rest.split(separator) ?? []
  const after = pairs.splice(-2)
  if (header === undefined || before !== '' || after.join(separator) !== separator) return undefined
  const values = new Map<string, string>()
  for (const text of pairs) {
    const [, key, value] = pair.exec(text) ?? []
    if (key === undefined || value === undefined || values.has(key)) return undefined
    values.set(key, value)
  }
  const token = bearer.exec(values.get('auth') ?? '')?.[1]
  return token === undefined ? undefined : { token, authorizationId: header.authorizationId }
}
