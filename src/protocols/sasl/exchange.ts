/** What both sides of every mechanism look like from outside. */

export interface ServerExchange {
  /** Takes the client's next token. Only after a reply is there a next one. */
  next(token: Buffer): Promise<ServerStep>
}

export type ServerStep = Reply | Accepted | Failed

export interface ClientExchange {
  /** The token that opens the exchange. */
  first(): Buffer
  /** Takes the server's next token. Only after a reply is there a next one. */
  next(token: Buffer): Promise<ClientStep>
}

export type ClientStep = Reply | { readonly kind: 'done' } | Failed

export interface Reply {
  readonly kind: 'reply'
  readonly token: Buffer
}

export interface Accepted {
  readonly kind: 'done'
  /** The last token for the client, which may be empty. */
  readonly token: Buffer
  readonly login: Login
}

/** Who has proved to be somebody. */
export interface Login {
  readonly user: string
  /** When the proof expires, in milliseconds since the epoch; absent where it does not. */
  readonly expiresAtMs?: number | undefined
  /** Whether it was proved by a delegation token (KIP-48), and not by what only the user has. */
  readonly isByDelegationToken?: boolean
}

export interface Failed {
  readonly kind: 'failed'
  /** For the log of our own side; never a secret. */
  readonly why: string
  /** What the other side may know; absent, it is told nothing but that it failed. */
  readonly says?: string
  /** Who was claimed, where that was said. */
  readonly user?: string
}

/** What a step says of the one who logs in; undefined where the login goes on. */
export function isRight({ kind }: ServerStep): boolean | undefined {
  return kind === 'reply' ? undefined : kind === 'done'
}

export function reply(token: Buffer): Reply {
  return { kind: 'reply', token }
}

export function accepted(login: Login, token: Buffer = Buffer.alloc(0)): Accepted {
  return { kind: 'done', token, login }
}

export function failed(why: string, facts: { says?: string; user?: string } = {}): Failed {
  return { kind: 'failed', why, ...facts }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of a token, undefined where it is not UTF-8: with the usual replacement characters, two
 * different names would become one.
 */
export function textOf(token: Buffer): string | undefined {
  try {
    return strictUtf8.decode(token)
  } catch {
    return undefined
  }
}
