import { LeatError } from '../../base/errors.ts'
import { cliError } from '../errors.ts'
import type { Terminal } from '../terminal.ts'

export const connectOption = {
  connect: {
    type: 'string',
    value: 'URL',
    about: "Connect's REST (default http://127.0.0.1:8083, or LEAT_CONNECT).",
    example: '--connect http://127.0.0.1:18083',
  },
} as const

const usualUrl = 'http://127.0.0.1:8083'
const longestAnswerMs = 90_000

/** Asks a worker of connectors, of leat or of Kafka; what it refuses is thrown in its words. */
export class ConnectRest {
  readonly #url: string

  constructor(options: { readonly connect?: string }, { environment }: Terminal) {
    this.#url = options.connect ?? environment.LEAT_CONNECT ?? usualUrl
  }

  async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#fetch(method, path, body)
    const text = await answer.text()
    if (!answer.ok) throw cliError('failed', { problem: refusalIn(text, answer.status) })
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#url), {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(longestAnswerMs),
      })
    } catch (cause) {
      if (cause instanceof LeatError) throw cause
      const problem = `No Connect answers at ${this.#url}; is it running, and is the address right? (--connect URL)`
      throw cliError('failed', { problem }, { cause })
    }
  }
}

/** The path of a connector, or of what is below it. */
export function pathOf(name: string, below = ''): string {
  return `/connectors/${encodeURIComponent(name)}${below}`
}

function refusalIn(text: string, status: number): string {
  try {
    const { message } = JSON.parse(text) as { message?: string }
    return message ?? text
  } catch {
    return `Connect answers with status ${status}: ${text}`
  }
}
