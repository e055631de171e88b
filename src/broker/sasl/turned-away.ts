import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Api, blank, type Schema } from '../../protocols/kafka/schema.ts'
import { type Answer, noResponse } from '../handler.ts'
import type { SaslSession } from './session.ts'

interface Refused {
  readonly api: Api<Schema, Schema>
  readonly version: number
  readonly isServed: boolean
  answer(message: unknown): Answer
}

/** A request that may not be made now: it is never read, and the connection ends. */
export class TurnedAway {
  readonly immediate = false
  readonly #request: Refused
  readonly #why: string
  readonly #session: SaslSession

  constructor(request: Refused, why: string, session: SaslSession) {
    this.#request = request
    this.#why = why
    this.#session = session
  }

  /** Between the tokens of a login Kafka says so; before and after them it just ends. */
  async handle(): Promise<object | typeof noResponse> {
    const mayAnswer = this.#session.isAmongTokens && this.#request.isServed
    await this.#session.turnAway(this.#why)
    return mayAnswer ? illegalState(this.#request) : noResponse
  }

  answer(message: unknown): Answer {
    return this.#request.answer(message)
  }
}

/** The error as far as an answer has room for one that is about no single thing. */
function illegalState({ api: { name, response }, version }: Refused): object {
  const errorMessage = `Unexpected Kafka request of type ${name} during SASL authentication.`
  const error = { errorCode: errorCode.ILLEGAL_SASL_STATE, errorMessage }
  const known = Object.entries(error).filter(([field]) => {
    const versions = response[field]?.shape.versions
    return versions !== undefined && versions.from <= version && version <= versions.to
  })
  return { ...blank(response), ...Object.fromEntries(known) }
}
