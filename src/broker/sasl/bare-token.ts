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
