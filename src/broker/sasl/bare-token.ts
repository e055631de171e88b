import { type Answer, noResponse } from '../handler.ts'
import type { SaslSession } from './session.ts'

/** A token that came, as old clients send them, with a length and nothing else. */
export class BareToken {
  readonly immediate = false
  readonly #token: Buffer
  readonly #session: SaslSession

  constructor(token: Buffer, session: SaslSession) {
    this.#token = token
    this.#session = session
  }

  async handle(): Promise<Buffer | typeof noResponse> {
    return (await this.#session.bareToken(this.#token)) ?? noResponse
  }

  answer(token: Buffer): Answer {
    const length = Buffer.alloc(4)
    length.writeInt32BE(token.length)
    return { parts: [length, token], pooled: [] }
  }
}

/** A request that may not be made now: it is never read, and the connection ends. */
export class TurnedAway {
  readonly immediate = false
  readonly #why: string
  readonly #session: SaslSession

  constructor(why: string, session: SaslSession) {
    this.#why = why
    this.#session = session
  }

  async handle(): Promise<typeof noResponse> {
    await this.#session.turnAway(this.#why)
    return noResponse
  }

  answer(): never {
    throw new Error('a request that is turned away has no answer')
  }
}
